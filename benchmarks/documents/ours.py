"""The process of ours: a plugin of pytest that tells the app what each request is meant to be.

`pytest --xapi-fuzz --xapi-app benchmarks.documents.app:create -p benchmarks.documents.ours`

A case without flaws is meant to be valid, one that the generator itself holds to break the document invalid,
and any other, which a lenient server may accept, lenient.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.documents.app import create, meant
from pytest_xapi.fuzz.generation import GeneratedCase
from pytest_xapi.fuzz.schemathesis_adapter.api import Api
from pytest_xapi.fuzz.schemathesis_adapter.own_cases import OwnCases

_records: list[dict[str, Any]] = []
_silent: dict[str, str] = {}
_errors: list[str] = []


def pytest_configure() -> None:
    """Looks at each case before it is sent."""
    _watch(OwnCases, "send", _of_drawn)
    _watch(Api, "_sent_by_schemathesis", _of_schemathesis)


def _watch(kind: Any, name: str, what: Any) -> None:
    original = getattr(kind, name)

    def sent(self: Any, case: Any, *more: Any) -> Any:
        began = time.process_time()
        meant.label, meant.what, meant.flaws = what(self, case)
        create().exclude(time.process_time() - began)
        try:
            return original(self, case, *more)
        finally:
            meant.label = meant.what = meant.flaws = ""

    setattr(kind, name, sent)


def _of_drawn(own: Any, drawn: GeneratedCase) -> tuple[str, str, str]:
    flaws = "; ".join(f"{flaw.location} {flaw.name} {flaw.kind}: {flaw.description}" for flaw in drawn.flaws)
    if drawn.is_changed or any(flaw.kind == "method" for flaw in drawn.flaws):
        return drawn.label, "", flaws
    verdicts = own._direct.requests(drawn).verdicts(drawn).values()
    # What a sequence takes from answers is a value that a lenient server may take.
    if not drawn.flaws and (drawn.phase != "stateful" or None not in verdicts):
        return drawn.label, "valid", ""
    is_wrong = False in verdicts
    return drawn.label, "invalid" if is_wrong else "lenient", flaws


def _of_schemathesis(api: Any, case: Any) -> tuple[str, str, str]:
    mode = None if case.meta is None else case.meta.generation.mode
    what = "" if mode is None else "valid" if mode.is_positive else "invalid"
    return case.operation.label, what, "made by Schemathesis"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keeps what an item has sent and found, or why it has not."""
    carried: dict[str, Any] = getattr(report, "xapi_fuzz", {"records": []})
    _records.extend(carried["records"])
    has_findings = any(record["findings"] for record in carried["records"])
    name = report.nodeid.rpartition("::")[2]
    if report.skipped and isinstance(report.longrepr, tuple):
        _silent[name] = str(report.longrepr[2])
    elif report.failed and not has_findings:
        said = str(report.longrepr)
        _silent[name] = said[-600:]
        if "Traceback" in said or "INTERNALERROR" in said or "site-packages" in said:
            _errors.append(f"{name}: {said[-600:]}")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Keeps what ends a collection."""
    if report.failed:
        _errors.append(str(report.longrepr)[-600:])


def pytest_internalerror(excrepr: object) -> None:
    """Keeps an error of pytest itself."""
    _errors.append(str(excrepr)[-1500:])


def pytest_sessionfinish() -> None:
    """Writes all of that down."""
    create().write()
    found = {"records": _records, "silent": _silent, "errors": _errors}
    Path(os.environ["DOCUMENT_FOUND"]).write_text(json.dumps(found), encoding="utf-8")
