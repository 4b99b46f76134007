"""The work items of the testing toolkit: one module for each client, all calling the same bare ASGI app.

``LOADS`` of each module maps item to the maker of its `benchmarks.worker.load.Load`.
"""
