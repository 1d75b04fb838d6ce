"""The demonstration: real processes, recorded walks, and a provider that misbehaves on request."""
