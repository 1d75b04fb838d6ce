"""The phones' door: frames, over a socket or by HTTP, and what a phone is shown."""
