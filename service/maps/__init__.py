"""`lamplit map`: street data fetched, built and kept by region; what the doors ask of it."""
