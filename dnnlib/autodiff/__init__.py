"""Gradients of any computation: numbers that remember where they came from."""
