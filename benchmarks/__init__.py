"""Measurements of xapi beside its peers: ``python -m benchmarks --help``."""
