"""`python -m benchmarks.documents.collecting LISTING`: the documents of all packages, as they are served."""

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.documents.judge.prepare import is_whole, prepared, read
from benchmarks.documents.sources import (
    KEPT,
    MOST_OF_A_VERSION,
    MOST_OF_ONE,
    PACKAGES,
    Package,
    files,
)


def main(listing: Path) -> None:
    """Writes each document to a file, and which ones there are to another."""
    found, seen = [], set()
    (KEPT / "documents").mkdir(exist_ok=True)
    for package in PACKAGES:
        for name, document in chosen(package):
            text = json.dumps(prepared(document))
            digest = hashlib.sha256(json.dumps(json.loads(text), sort_keys=True).encode()).hexdigest()
            if digest in seen:
                continue  # the same as JSON and as YAML
            seen.add(digest)
            file = KEPT / "documents" / f"{name.replace('/', '_')}.json"
            file.write_text(text, encoding="utf-8")
            found.append((name, version(document), str(file.relative_to(KEPT))))
    listing.write_text(json.dumps(found), encoding="utf-8")


def chosen(package: Package) -> Iterator[tuple[str, dict[str, Any]]]:
    """The documents of a package that are taken, with their names."""
    folder = KEPT / "packages" / package.name / package.below
    of_one: Counter[str] = Counter()
    of_version: Counter[str] = Counter()
    for file in files(package):
        try:
            document = read(file)
        except (ValueError, RecursionError):
            continue
        if not is_whole(document):
            continue
        path = file.relative_to(folder)
        if package.is_sampled:
            one, kind = path.parts[0], version(document)
            if of_one[one] >= MOST_OF_ONE or of_version[kind] >= MOST_OF_A_VERSION.get(kind, 0):
                continue
            of_one[one] += 1
            of_version[kind] += 1
        yield f"{package.name}/{re.sub(r'^(package|integration)/', '', str(path.with_suffix('')))}", document


def version(document: dict[str, Any]) -> str:
    """The version of the specification, without its patch number."""
    return str(document.get("openapi") or document.get("swagger"))[:3]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
