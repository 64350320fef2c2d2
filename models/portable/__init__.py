"""The portable model: what it reads, how it scores, how MLflow serves it."""
