"""What is happening, and who may see it? The journey, the store, the doors, the watchman."""
