"""From a configuration to a tracked and registered model."""
