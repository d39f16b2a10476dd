"""Keras models: one family of architectures a file."""
