"""Long comparisons over seeds, one script a question; each stores what it measured in data/results/NAME.json."""
