"""Metrics: of labels, of the types above them, of calibration and abstention."""
