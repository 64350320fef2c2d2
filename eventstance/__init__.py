"""The one command over data, models, evaluation, train and predict."""
