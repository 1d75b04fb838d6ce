"""Stories told in a real browser against a real process: `make e2e`. Nothing of it leaves this machine."""
