"""Sentences, quotations, names and targets in a text."""
