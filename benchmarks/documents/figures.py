"""From what was run to a line for each document, and what is not as it has to be."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.documents.runs import Run
from benchmarks.documents.sources import Source
from benchmarks.tables import EMPTY, Table

LEAST_VALID = 0.9995
"""The share of requests that are meant to be valid, and are."""
LEAST_INVALID = 0.97
MOST_MEMORY = 2.0
LEAST_CASES = 5.0
OF_THE_APP = ("use_after_free", "ensure_resource_availability", "event_loop_blocked")
"""Checks of what the app of the benchmark does not do: it remembers nothing, and waits for the judge."""
REFUSED = "is not supported: convert the document"
"""What ours says of a version that it does not read."""


@dataclass(frozen=True)
class Document:
    """A document, and what came of it."""

    source: Source
    ours: Run
    measured: Run | None = None
    """Of ours, where it is not told of the time; like `plain` it is missing where ours alone was run."""
    plain: Run | None = None

    def count(self, kind: str) -> int:
        """How many requests were meant and judged so, as in `valid right`."""
        return int(self.ours.judged.get("counts", {}).get(kind, 0))

    def share(self, meant: str, judged: str) -> tuple[int, int]:
        """How many requests that were meant so were judged so, and how many could be judged."""
        wrong = {"right": "wrong", "wrong": "right"}[judged]
        hits = self.count(f"{meant} {judged}")
        return hits, hits + self.count(f"{meant} {wrong}")

    @property
    def refusal(self) -> str | None:
        """Why ours has refused the document, if it has said it in a sentence."""
        lines = [line.strip() for line in self.ours.said.splitlines()]
        return next((line for line in lines if REFUSED in line), None)

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What ours has found, once each: all of it is suspect.

        An operation whose described answers the benchmark cannot make was not answered as described.
        """
        unanswerable = set(self.ours.judged.get("unanswerable", []))
        found: dict[tuple[str, str, str], dict[str, Any]] = {}
        for record in self.ours.found.get("records", []):
            for finding in record["findings"]:
                operations = finding["operations"] or [finding["operation"]]
                if not unanswerable.issuperset(operations) and finding["check"] not in OF_THE_APP:
                    key = finding["operation"], finding["check"], finding["cause"]
                    found.setdefault(key, finding)
        return list(found.values())

    @property
    def unsent(self) -> list[str]:
        """The operations that were not sent a request, and of which ours has said nothing."""
        said = " ".join(self.ours.found.get("silent", {}))
        sent = {name for record in self.ours.found.get("records", []) for name in record["answers"]}
        whole = {
            omission["operation"]
            for record in self.ours.found.get("records", [])
            for omission in record["omissions"]
        }
        known = sent | whole | set(self.ours.judged.get("sent", []))
        return [
            label
            for label in self.ours.judged.get("operations", [])
            if label not in known and label not in said
        ]

    @property
    def errors(self) -> list[str]:
        """Errors of ours itself."""
        found = list(self.ours.found.get("errors", []))
        if not self.ours.ended:
            found.append("it did not end")
        elif not self.ours.found and self.refusal is None:
            found.append(f"it said: {self.ours.said[-400:]}")
        return found

    @property
    def most_memory(self) -> float:
        """The most that ours has held, in bytes."""
        return max(run.memory for run in (self.ours, self.measured) if run is not None)

    @property
    def memory(self) -> float | None:
        """How much more memory ours took."""
        return self.most_memory / self.plain.memory if self.plain and self.plain.memory else None

    @property
    def rate(self) -> float | None:
        """Cases of ours by the second of processor time."""
        return self.ours.rate if self.measured is None else self.measured.rate

    @property
    def speed(self) -> float | None:
        """How many times the cases of a second of processor time ours sent."""
        if self.plain is None or self.plain.rate is None or self.rate is None:
            return None
        return self.rate / self.plain.rate

    def faults(self) -> Iterator[str]:
        """What is not as it has to be."""
        for error in self.errors:
            yield f"internal error: {error}"
        for finding in self.findings:
            yield f"finding: {finding['check']} {finding['operation']}: {finding['cause'][:160]}"
        for label in self.unsent:
            yield f"never sent, without a reason: {label}"
        if self.memory is not None and self.memory > MOST_MEMORY:
            yield f"memory: {self.memory:.2f} times that of plain Schemathesis"


def table(documents: Sequence[Document]) -> Table:
    """A line for each document."""
    return Table(
        "Property tests of public documents, beside plain Schemathesis",
        [
            "document", "version", "kB", "operations", "cases", "valid", "invalid", "lenient", "unjudged",
            "findings", "unsent", "errors", "MB", "memory", "cases/CPU s", "speed",
        ],
        [_line(document) for document in documents],
        words=2,
    )  # fmt: skip


def _line(one: Document) -> list[str]:
    refused = "refused" if one.refusal else None
    unjudged = sum(one.count(f"{meant} unjudged") for meant in ("valid", "invalid", "lenient", "other"))
    return [
        one.source.name,
        one.source.version,
        f"{one.source.size / 1000:.0f}",
        refused or str(len(one.ours.judged.get("operations", []))),
        str(one.ours.cases),
        _share(*one.share("valid", "right")),
        _share(*one.share("invalid", "wrong")),
        str(one.count("lenient right") + one.count("lenient wrong")),
        str(unjudged),
        str(len(one.findings)),
        str(len(one.unsent)),
        str(len(one.errors)),
        f"{one.most_memory / 1e6:.0f}",
        EMPTY if one.memory is None else f"{one.memory:.2f}",
        EMPTY if one.rate is None else f"{one.rate:.0f}",
        EMPTY if one.speed is None else f"{one.speed:.1f}",
    ]


def _share(hits: int, judged: int) -> str:
    return f"{100 * hits / judged:.2f} %" if judged else EMPTY


def summary(documents: Sequence[Document]) -> Iterator[str]:
    """The figures of all documents, by version."""
    versions = Counter(one.source.version for one in documents)
    for version, count in sorted(versions.items()):
        those = [one for one in documents if one.source.version == version]
        valid, invalid = (_sum(those, *kind) for kind in (("valid", "right"), ("invalid", "wrong")))
        yield (
            f"OpenAPI {version}: {count} documents, {sum(1 for one in those if one.refusal)} refused, "
            f"{sum(len(one.ours.judged.get('operations', [])) for one in those)} operations, "
            f"{sum(one.ours.cases for one in those)} cases, {_share(*valid)} of {valid[1]} valid, "
            f"{_share(*invalid)} of {invalid[1]} invalid"
        )
    speeds = sorted(one.speed for one in documents if one.speed is not None)
    if speeds:
        yield f"cases a CPU second: median {speeds[len(speeds) // 2]:.1f} times, least {speeds[0]:.1f} times"
    memories = sorted(one.memory for one in documents if one.memory is not None)
    if memories:
        yield f"memory: median {memories[len(memories) // 2]:.2f} times, most {memories[-1]:.2f} times"


def shortfalls(documents: Sequence[Document]) -> Iterator[str]:
    """Where the figures of all documents are not as they have to be."""
    those = [one for one in documents if one.source.version.startswith("3.")]
    kinds = (("valid", "right", LEAST_VALID), ("invalid", "wrong", LEAST_INVALID))
    for meant, judged, least in kinds:
        hits, all_of_them = _sum(those, meant, judged)
        if hits < least * all_of_them:
            yield f"of {all_of_them} requests that were meant to be {meant} {all_of_them - hits} are not"
    for one in those:
        if one.speed is not None and one.speed < LEAST_CASES:
            yield f"{one.source.name}: {one.speed:.1f} times the cases of plain Schemathesis"


def _sum(documents: Sequence[Document], meant: str, judged: str) -> tuple[int, int]:
    shares = [one.share(meant, judged) for one in documents]
    return sum(hits for hits, _ in shares), sum(count for _, count in shares)
