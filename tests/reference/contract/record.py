"""Record what a public tool says of the changes that the contract gate is tested with.

    python tests/reference/contract/record.py

It installs the npm package `openapi-diff` into a temporary directory (it needs npm, Node.js and a network),
asks it about each case of `tests/pytest_xapi/gates/contract/cases.yaml`, and writes `answers.json` beside
this file; `table.py` puts that into docs/contract-changes.md. The tests need none of it. The tool reads
OpenAPI 3.0, so documents are handed over as such; what 3.0 cannot say, it cannot be asked.
"""

from __future__ import annotations

import json
import runpy
import subprocess
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKAGE = "openapi-diff@0.24.1"
CASES = HERE.parents[1] / "pytest_xapi/gates/contract/cases.py"
ASK = """
const { diffSpecs } = require('openapi-diff');
const cases = JSON.parse(require('fs').readFileSync('cases.json'));
(async () => {
  const answers = {};
  for (const [name, old, now] of cases) {
    const spec = (document) => (
      { content: JSON.stringify(document), location: 'a.json', format: 'openapi3' });
    try {
      const found = await diffSpecs({ sourceSpec: spec(old), destinationSpec: spec(now) });
      const codes = (list) => (list || []).map((difference) => difference.code).sort();
      answers[name] = {
        breaking: codes(found.breakingDifferences),
        unclassified: codes(found.unclassifiedDifferences),
        'non-breaking': codes(found.nonBreakingDifferences),
      };
    } catch (error) {
      answers[name] = { error: String(error.message).slice(0, 200) };
    }
  }
  console.log(JSON.stringify(answers));
})();
"""


def main() -> None:
    """Ask about all cases, and write the answers."""
    cases = runpy.run_path(str(CASES))["cases"]()
    with tempfile.TemporaryDirectory() as folder:
        asked = [(case.name, in_3_0(case.old), in_3_0(case.new)) for case in cases]
        Path(folder, "cases.json").write_text(json.dumps(asked))
        Path(folder, "ask.js").write_text(ASK)
        subprocess.run(["npm", "install", "--silent", PACKAGE], cwd=folder, check=True)
        finished = subprocess.run(["node", "ask.js"], cwd=folder, check=True, capture_output=True, text=True)
    answers = {"tool": PACKAGE, "answers": json.loads(finished.stdout)}
    (HERE / "answers.json").write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")


def in_3_0(document: dict[str, Any]) -> dict[str, Any]:
    """The document as one of OpenAPI 3.0, as far as that can say the same."""
    document = as_in_3_0(document)
    document["openapi"] = "3.0.3"
    for item in document["paths"].values():
        for operation in item.values():
            operation["responses"] = operation.get("responses") or {"200": {}}
            for response in operation["responses"].values():
                response.setdefault("description", "")
    return document


def as_in_3_0(value: Any) -> Any:
    """Null and constants in the words of OpenAPI 3.0."""
    if isinstance(value, list):
        return [as_in_3_0(item) for item in value]
    if not isinstance(value, dict):
        return value
    written = {key: as_in_3_0(item) for key, item in value.items()}
    types = written.get("type")
    if isinstance(types, list) and "null" in types and len(types) == 2:
        written |= {"type": next(name for name in types if name != "null"), "nullable": True}
    if isinstance(written.get("const"), str):
        written |= {"type": "string", "enum": [written.pop("const")]}
    branches = written.get("anyOf", ())
    if {"type": "null"} in branches:
        del written["anyOf"]
        others = [branch for branch in branches if branch != {"type": "null"}]
        is_reference = "$ref" in others[0]
        written |= {"nullable": True} | ({"allOf": others} if is_reference else others[0])
    return written


if __name__ == "__main__":
    main()
