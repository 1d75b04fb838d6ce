"""Tracker apps that exist already: OwnTracks and Traccar Client, taken as they are."""
