"""The heart: what is happening to her journey. Dry: told what happened and what time it is, never asks.

`advance` applies time, `fixes` what the phone saw, `pressed` what she did, `said` what contacts, operators and
providers told us. Each takes a `Journey` and returns an `Outcome`: the journey after it, the events, the notices.
"""
