"""Plots, all with one look."""
