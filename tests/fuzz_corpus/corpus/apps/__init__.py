"""The apps: `create_app(fixed=False)` has the bug, its twin with `fixed=True` is clean."""
