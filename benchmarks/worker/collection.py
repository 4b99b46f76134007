"""``python -P collection.py ARGUMENTS``: pytest, and then the CPU nanoseconds that it took."""

import sys
import time

started = time.process_time_ns()

import pytest  # noqa: E402  the import is part of what is measured

if code := pytest.main(sys.argv[1:]):
    sys.exit(code)
print(time.process_time_ns() - started)  # noqa: T201
