"""Explorables: one name.py (traits) and one name.mjs (computation and view) each."""
