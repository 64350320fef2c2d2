"""What a classifier is, its families, and the form in which a model is kept and served."""
