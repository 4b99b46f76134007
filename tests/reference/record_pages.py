"""Record what the examples of the reference's pages answer to our requests under the reference framework.

`make record-pages PAGES=...` runs it. By hand, with a Python that has `requirements.txt` installed:

    PAGES=... python tests/reference/record_pages.py [name of a page ...]
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "pages")]

from asked import pages  # noqa: E402
from dialogue import as_text, dialogue  # noqa: E402
from digests import digested  # noqa: E402

from examples import complete_examples  # noqa: E402


def main(names: list[str]) -> None:
    """Write `pages/records/<page>.json` for each page that has requests."""
    warnings.simplefilter("ignore")
    asked = pages()
    for name in names or sorted(asked):
        records = {}
        for number in [number for page, number in complete_examples() if page == name]:
            with tempfile.TemporaryDirectory() as folder:
                program = asked[name].program(number, lambda source: source)
                records[str(number)] = digested(dialogue(program, Path(folder)))
        (HERE / "pages" / "records" / f"{name}.json").write_text(as_text(records))
        count = sum(len(record.get("answers", ())) for record in records.values())
        sys.stderr.write(f"{name}: {len(records)} examples, {count} answers\n")


if __name__ == "__main__":
    main(sys.argv[1:])
