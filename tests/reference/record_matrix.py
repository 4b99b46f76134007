"""Record what the programs of `matrix/` do under the reference framework.

`make record` runs it. By hand, with a Python that has `requirements.txt` installed:

    python tests/reference/record_matrix.py [name of a feature ...]

What the reference refuses is written to standard error with the reason: it may be a mistake in a table.
"""

from __future__ import annotations

import importlib
import sys

from record_openapi import as_reference

VERSION = as_reference()

from matrix import records  # noqa: E402
from matrix.programs import Program, Request, outcome  # noqa: E402

USUAL = Program(
    "app = XAPI(title='Program')\n"
    '@app.get("/read")\nasync def read(value: str): ...\n'
    '@app.post("/read")\nasync def read(value: Annotated[str, Body(embed=True)]): ...\n',
    [Request("GET /read")],
)


def main(names: list[str]) -> None:
    """Write `matrix/records/<feature>.json` for each feature."""
    usual = outcome(USUAL, Exception)["document"]
    for feature in names or records.features():
        cases = importlib.import_module(f"matrix.features.{feature}").CASES
        outcomes = {
            case.name: {
                variant: recorded(case.name, variant, case.variants[variant]) for variant in case.variants
            }
            for case in cases
        }
        records.write(feature, usual, outcomes)
        count = sum(len(found.get("answers", ())) for case in outcomes.values() for found in case.values())
        sys.stderr.write(f"{feature}: {len(cases)} cases, {count} answers of {VERSION}\n")


def recorded(case: str, variant: str, program: Program) -> dict[str, object]:
    """What the reference does, without the words in which it refuses."""
    found = outcome(program, Exception)
    for part, place in ((found, "the app"), (found.get("document"), "its document")):
        if part and "refused" in part:
            sys.stderr.write(f"refused: {case} ({variant}): {place}: {part['refused'].splitlines()[0]}\n")
            part["refused"] = True
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
