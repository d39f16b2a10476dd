"""Where a layer's weights start: one family of rules a file."""
