"""Texts that come in: whose they are, what they mean, what they are answered."""
