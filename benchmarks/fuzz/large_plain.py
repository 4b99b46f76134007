"""The process of plain Schemathesis for `fuzz-large`."""

from benchmarks.fuzz.large_app import create
from benchmarks.fuzz.phases import run_all

if __name__ == "__main__":
    run_all(create(), "/openapi.json")
