"""Labelled files looked over: faults, agreement, annotation tasks, the bounds of the corpus."""
