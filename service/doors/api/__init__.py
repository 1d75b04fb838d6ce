"""The HTTP API of her phone, `/v1`."""
