"""What the provider asks of us: status callbacks, texts that came in, and the words and keys of calls."""
