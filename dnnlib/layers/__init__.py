"""Layers from NumPy alone: one concept a file, forward and backward side by side."""
