"""Record what the examples of the reference's pages answer to our requests under the reference framework.

`make record-pages PAGES=...` runs it. By hand, with a Python that has `requirements.txt` installed:

    PAGES=... python tests/reference/record_pages.py [name of a page ...]
"""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "pages")]

from dialogue import dialogue  # noqa: E402
from programs import pages  # noqa: E402

from examples import complete_examples  # noqa: E402


def main(names: list[str]) -> None:
    """Write `pages/records/<page>.json` for each page that has requests."""
    warnings.simplefilter("ignore")
    asked = pages()
    for name in names or sorted(asked):
        records = {}
        for number in [number for page, number in complete_examples() if page == name]:
            with tempfile.TemporaryDirectory() as folder:
                records[str(number)] = dialogue(asked[name], number, Path(folder), lambda source: source)
        (HERE / "pages" / "records" / f"{name}.json").write_text(as_text(records))
        count = sum(len(record.get("answers", ())) for record in records.values())
        sys.stderr.write(f"{name}: {len(records)} examples, {count} answers\n")


def as_text(records: dict[str, Any]) -> str:
    """JSON with a line for each answer and each document."""

    def line(value: Any) -> str:
        return json.dumps(value, sort_keys=True, ensure_ascii=False)

    examples = []
    for number, record in records.items():
        parts = [f"{line(key)}: {line(value)}" for key, value in record.items() if key != "answers"]
        if "answers" in record:
            answers = ",\n   ".join(map(line, record["answers"]))
            parts.insert(1, f'"answers": [\n   {answers}\n  ]')
        examples.append(f" {line(number)}: {{\n  " + ",\n  ".join(parts) + "\n }")
    return "{\n" + ",\n".join(examples) + "\n}\n"


if __name__ == "__main__":
    main(sys.argv[1:])
