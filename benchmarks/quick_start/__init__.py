"""A first app with its suite, under FastAPI and under the alias: `python -m benchmarks quick-start`."""
