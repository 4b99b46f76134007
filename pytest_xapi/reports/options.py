"""Which reports can be asked for. Loaded by every run: the standard library only."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from pytest_xapi.options import Option

FORMS = {
    "json": "json_form",
    "html": "html",
    "sarif": "sarif",
    "har": "har",
    "markdown": "markdown",
    "github": "github",
    "coverage": "coverage_file",
}
"""The forms of reports, and the modules that write them."""

STANDARD_OUTPUT = "-"


@dataclass(frozen=True)
class Output:
    """One report that was asked for."""

    form: str
    path: str
    """Of the file; `-` for the standard output."""

    def __str__(self) -> str:
        return f"{self.form}:{self.path}"


def output(text: str) -> Output:
    """The output that `FORM:PATH` asks for; annotations of GitHub need no path."""
    form, _, path = text.strip().partition(":")
    if form not in FORMS:
        raise argparse.ArgumentTypeError(
            f"{text!r}: there is no form {form!r} of reports; there are {', '.join(FORMS)}"
        )
    if not path and form != "github":
        raise argparse.ArgumentTypeError(
            f"{text!r} names no file: write {form}:PATH, or {form}:- for the standard output"
        )
    return Output(form, path or STANDARD_OUTPUT)


REPORT = Option(
    "report",
    f"Write what gates and property tests say to a file; the forms are {', '.join(FORMS)}. "
    "Can be given again. "
    "The form github needs no path, and - stands for the standard output.",
    metavar="FORM:PATH",
    parse=output,
    flag="--xapi-report",
    many=True,
)
