"""The files of a new project: made from templates in memory, then written."""

from __future__ import annotations

import secrets
from pathlib import Path

from xapi.cli.errors import CommandError
from xapi.cli.scaffold.project import Project
from xapi.version import __version__

Files = dict[str, str]


def render(project: Project) -> Files:
    """The text of each file, by its path in the project.

    Raises:
        CommandError: Jinja is missing.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise CommandError(
            'new projects need the package Jinja: pip install jinja2, or "xapi-framework[standard]"'
        ) from error
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # these are programs, not pages
    )
    values = {
        "name": project.name,
        "package": project.package,
        "title": project.title,
        "prefix": project.prefix,
        "minimal": project.minimal,
        "database": project.database,
        "auth": project.auth,
        "version": __version__,
        "secret_key": secrets.token_urlsafe(32),
    }
    return {path: environment.get_template(template).render(values) for path, template in project.places()}


def check_folder(folder: Path) -> None:
    """Refuse a place where something is already.

    Raises:
        CommandError: there is a file, or a folder that is not empty.
    """
    if not folder.is_dir():
        if folder.exists() or folder.is_symlink():
            raise CommandError(f"{folder} is there already, and is no folder: choose another name")
        return
    try:
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise CommandError(f"the folder {folder} cannot be read: {error.strerror}") from error
    if not is_empty:
        raise CommandError(
            f"the folder {folder} is not empty, and nothing in it is overwritten: "
            "empty or move it, or choose another name"
        )


def write(files: Files, folder: Path) -> None:
    """Write the files below a folder.

    Raises:
        CommandError: a file cannot be written.
    """
    try:
        for path, text in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CommandError(
            f"the project cannot be written: {error.filename}: {error.strerror}; look at the rights and the "
            f"space on the disk, and remove what is left in {folder}"
        ) from error
