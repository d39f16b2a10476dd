"""Unsupervised methods from NumPy alone, with the API of scikit-learn."""
