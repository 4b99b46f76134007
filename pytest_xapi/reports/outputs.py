"""Writing reports where they were asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from pytest_xapi import atomic_write
from pytest_xapi.reports.model import Report
from pytest_xapi.reports.options import FORMS, STANDARD_OUTPUT, Output


class UnusableOutput(ValueError):
    """A report cannot be written as it was asked for; the message says why."""


def write(report: Report, output: Output, say: Callable[[str], object]) -> None:
    """Write a report to its file, wholly or not at all, or give it to `say`.

    Raises:
        UnusableOutput: the file cannot be written, or the form needs something that is not installed.
    """
    module = import_module(f"pytest_xapi.reports.{FORMS[output.form]}")
    try:
        if hasattr(module, "write"):
            _write_binary(module.write, report, output)
            return
        text: str = module.written(report)
    except ModuleNotFoundError as error:
        raise UnusableOutput(f"{output}: {error}") from error
    if output.path == STANDARD_OUTPUT:
        say(text)
        return
    try:
        _replace(Path(output.path), text)
    except OSError as error:
        raise UnusableOutput(f"{output}: cannot write {output.path}: {error.strerror}") from error


def _write_binary(write: Callable[[Report, Path], None], report: Report, output: Output) -> None:
    """Let a form that is no text write its file."""
    if output.path == STANDARD_OUTPUT:
        raise UnusableOutput(f"{output}: it is no text: write {output.form}:PATH")
    try:
        write(report, Path(output.path))
    except OSError as error:
        raise UnusableOutput(f"{output}: cannot write {output.path}: {error.strerror}") from error


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")  # a device, which cannot be replaced
    else:
        atomic_write.write_atomic(path, text)
