"""Figures by genre, source, length and any column."""
