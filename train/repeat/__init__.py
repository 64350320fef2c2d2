"""A finished run once more, and what differs."""
