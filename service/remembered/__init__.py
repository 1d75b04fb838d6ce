"""What is remembered, for how long, who may read it, and how it goes: archive, why, retention, export, erase."""
