"""A model of layers, and the loop that trains it."""
