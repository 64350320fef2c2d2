"""Kinds of files: how records are read one by one, and how files are written whole."""
