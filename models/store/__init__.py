"""The MLflow store: opened, checked, and its files found wherever they lie."""
