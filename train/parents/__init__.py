"""Parent runs: which runs share one, and what it shows of them."""
