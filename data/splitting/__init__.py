"""Which rows are train, dev and test, and what must stay together."""
