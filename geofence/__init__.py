"""Where is she, relative to the way home? Dry: no I/O, no clock, no logging."""
