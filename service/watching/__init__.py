"""Lamplit watching itself: the auditor, how well the house is, figures for Prometheus, a ping to somebody outside."""
