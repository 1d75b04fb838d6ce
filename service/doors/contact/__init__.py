"""The pages of who she chose: a link from a text, no login."""
