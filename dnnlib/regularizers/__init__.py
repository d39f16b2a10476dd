"""Penalties on weights, under Keras's names: what they add to the loss, and their gradients."""
