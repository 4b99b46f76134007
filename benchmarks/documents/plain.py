"""The process of plain Schemathesis on one document."""

from benchmarks.documents.app import SHOWN, create
from benchmarks.fuzz.phases import run_all

if __name__ == "__main__":
    app = create()
    run_all(app, SHOWN)
    app.write()
