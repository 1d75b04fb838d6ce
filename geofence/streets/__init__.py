"""Street data: read from OpenStreetMap once, written as one file, mapped by every process of a machine."""
