"""The library behind the book. Import the file you need: ``from dnnlib.layers.conv2d import Conv2D``."""

__version__ = "0.1.0"
