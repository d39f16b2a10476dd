"""Losses from scratch: one a file, `forward` and `backward` side by side."""
