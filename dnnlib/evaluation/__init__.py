"""What a result is worth: intervals, comparisons on the same examples, bands over seeds. NumPy and nothing more."""
