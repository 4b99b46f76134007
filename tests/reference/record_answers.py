"""Record what the apps in `answering/` answer under the reference framework.

`make record` runs it. By hand, with a Python that has `requirements.txt` installed:

    python tests/reference/record_answers.py [name of an app ...]
"""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from pathlib import Path

from conversation import converse
from record_openapi import as_reference

HERE = Path(__file__).parent


def main(names: list[str]) -> None:
    """Write `answers/<name>.json` for each app."""
    version = as_reference()
    sys.path.insert(0, str(HERE / "answering"))
    warnings.simplefilter("ignore")
    for source in sorted((HERE / "answering").glob("*.py")):
        if names and source.stem not in names:
            continue
        module = importlib.import_module(source.stem)
        answers = converse(module.app, module.REQUESTS)
        record = {"answers": answers, "document": module.app.openapi()}
        text = json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False)
        (HERE / "answers" / f"{source.stem}.json").write_text(text + "\n")
        sys.stderr.write(f"{source.stem}: {len(answers)} answers of {version}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
