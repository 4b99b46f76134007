"""What the commands say beside their results."""

import sys


def tell(line: str) -> None:
    """One line of progress or of findings, beside the tables."""
    sys.stderr.write(f"benchmarks: {line}\n")
    sys.stderr.flush()
