"""The sandbox in a browser: a walk that is tried, and every phone it reaches."""
