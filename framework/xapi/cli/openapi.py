"""`xapi openapi`: write the OpenAPI document of an app."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xapi.cli import choice
from xapi.cli.errors import CommandError

if TYPE_CHECKING:
    from xapi.cli.commands import Commands
    from xapi.cli.loading import Target


def add_to(commands: Commands) -> None:
    """Make the command known."""
    parser = commands.add_parser(
        "openapi",
        help="write the OpenAPI document of an app",
        description="Write the OpenAPI document of an app, without serving it.",
    )
    choice.add_arguments(parser)
    parser.add_argument(
        "--format",
        choices=("json", "yaml"),
        help="by default yaml if the output file is named .yaml or .yml, and json otherwise",
    )
    parser.add_argument("--output", metavar="FILE", type=Path, help="by default the standard output")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Write the document.

    Raises:
        CommandError: there is no such app, or it has no document, or it cannot be written.
    """
    document = document_of(choice.chosen(arguments))
    is_yaml = arguments.output is not None and arguments.output.suffix in (".yaml", ".yml")
    text = encoded(document, arguments.format or ("yaml" if is_yaml else "json"))
    if arguments.output is None:
        # Not as text: what the terminal encodes may lack characters of the document.
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return
    try:
        arguments.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {arguments.output}: {error.strerror}") from error


def document_of(target: Target) -> Any:
    """The document of an app that has a method `openapi`, as JSON would be read again.

    Raises:
        CommandError: it has none, or its document cannot be made.
    """
    make = getattr(target.app, "openapi", None)
    if not callable(make):
        raise CommandError(
            f"{target.import_string} is of type {type(target.app).__qualname__}; only an XAPI, or an "
            "app with a method openapi(), has a document"
        )
    return made(target, make)


def made(target: Target, make: Callable[[], Any]) -> Any:
    """What `make` returns, the document of an app, as JSON would be read again.

    Raises:
        CommandError: it cannot be made.
    """
    from xapi.openapi.served import document_text

    try:
        # As JSON and back: YAML would write what is used twice as an anchor and an alias.
        return json.loads(document_text(make()))
    except CommandError:
        raise
    except Exception as error:
        raise CommandError(
            f"the document of {target.import_string} cannot be generated: {type(error).__name__}: {error}"
        ) from error


def encoded(document: Any, encoding: str) -> str:
    """A document as text, in `json` or `yaml`.

    Raises:
        CommandError: PyYAML is needed and missing.
    """
    if encoding == "json":
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    try:
        import yaml
    except ImportError as error:
        raise CommandError(
            'YAML needs the package PyYAML: pip install pyyaml, or "xapi-framework[standard]"'
        ) from error
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
