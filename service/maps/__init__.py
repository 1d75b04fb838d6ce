"""Maps in the house: the regions that are built, what is known of their light, and the ways and places they offer."""
