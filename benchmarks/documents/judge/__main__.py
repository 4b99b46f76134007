"""`python -m benchmarks.documents.judge DOCUMENT SOCKET SUMMARY`: judges until the app hangs up."""

import json
import sys
from pathlib import Path

from benchmarks.documents.judge.served import serve


def main(document: str, socket: str, summary: str) -> None:
    """Judges the requests of one app, and writes down what they were."""
    counted = serve(json.loads(Path(document).read_text(encoding="utf-8")), Path(socket))
    Path(summary).write_text(json.dumps(counted), encoding="utf-8")


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    main(*sys.argv[1:])
