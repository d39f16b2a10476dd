"""Data sets: one load function each; returns arrays."""
