"""One module per output format; none computes anything."""
