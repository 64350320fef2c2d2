"""How good a model is: metrics, reports, plots, and the scoring of a model on labelled rows."""
