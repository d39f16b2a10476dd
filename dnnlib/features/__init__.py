"""Descriptions of pictures that people designed, or that were learned without labels: one kind a file."""
