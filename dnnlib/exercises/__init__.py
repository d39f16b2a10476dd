"""Checked exercises: checker.py and one file a chapter."""
