"""A search over settings: its space, its study, its trials and its parent run."""
