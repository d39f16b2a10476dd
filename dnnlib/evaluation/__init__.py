"""What a result is worth: metrics, intervals, comparisons on the same examples, bands over seeds. NumPy alone."""
