"""Optimizers from scratch: one rule of how to step a file."""
