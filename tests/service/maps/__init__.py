"""Maps: what is on disk, what is fetched, what is told of them."""
