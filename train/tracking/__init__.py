"""What MLflow holds of a run, and what stands on disk until all is logged."""
