"""`xapi dev` and `xapi run`: serve an app with uvicorn, for development and for production."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

from xapi.cli import choice
from xapi.cli.errors import CommandError
from xapi.texts import visible_line

if TYPE_CHECKING:
    from xapi.cli.commands import Commands
    from xapi.cli.loading import Target


_HIGHEST_PORT = 65535


def add_to(commands: Commands) -> None:
    """Make the commands known."""
    dev = commands.add_parser(
        "dev",
        help="serve an app for development: on this machine only, reloaded after each change",
        description="Serve an app for development, and reload it when its files change.",
    )
    _add_common(dev, host="127.0.0.1", reload=True)
    dev.set_defaults(run=serve, mode="development", workers=None)

    run = commands.add_parser(
        "run",
        help="serve an app in production",
        description="Serve an app in production: on all addresses of the machine, without reloading.",
    )
    _add_common(run, host="0.0.0.0", reload=False)
    run.add_argument(
        "--workers", type=_positive, metavar="N", help="the number of worker processes, by default one"
    )
    run.set_defaults(run=serve, mode="production")


def _add_common(parser: argparse.ArgumentParser, *, host: str, reload: bool) -> None:
    yes_or_no = argparse.BooleanOptionalAction
    choice.add_arguments(parser)
    parser.add_argument("--host", default=host, help=f"the address to listen on, by default {host}")
    parser.add_argument(
        "--port", type=_port, default=8000, help="the port to listen on, by default 8000; 0 takes a free one"
    )
    parser.add_argument(
        "--reload", action=yes_or_no, default=reload, help="reload the app when its files change"
    )
    parser.add_argument(
        "--reload-dir", action="append", metavar="DIR", help="watch this directory; may be given repeatedly"
    )
    parser.add_argument("--root-path", default="", help="the prefix that a proxy in front strips")
    parser.add_argument(
        "--proxy-headers",
        action=yes_or_no,
        default=True,
        help="read the client's address and scheme from X-Forwarded-For and X-Forwarded-Proto",
    )
    parser.add_argument(
        "--forwarded-allow-ips",
        metavar="ADDRESSES",
        help="comma-separated addresses whose headers are trusted; * trusts all (default: 127.0.0.1)",
    )


def _port(text: str) -> int:
    """A port as an argument (RFC 9293, section 3.1: 16 bits)."""
    if not text.isascii() or not text.isdecimal() or int(text) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: ports are numbers from 0 to {_HIGHEST_PORT}")
    return int(text)


def _positive(text: str) -> int:
    """A number of processes as an argument."""
    if not text.isascii() or not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes: name 1 or more")
    return int(text)


def serve(arguments: argparse.Namespace) -> None:
    """Serve the app that the arguments name until the process is told to stop.

    Raises:
        CommandError: uvicorn is missing, there is no such app, or nothing can listen at the address.
    """
    try:
        import uvicorn
    except ImportError as error:
        raise CommandError(
            'serving needs the package uvicorn: pip install "xapi-framework[standard]"'
        ) from error

    if arguments.reload and (arguments.workers or 1) > 1:
        raise CommandError("--reload serves in one process, so --workers would do nothing: leave one out")
    if arguments.mode == "development":
        os.environ.setdefault("XAPI_ENV", "development")
    target = choice.chosen(arguments)
    _check_address(arguments.host, arguments.port)
    sys.stdout.write(_announcement(target, arguments))
    sys.stdout.flush()
    uvicorn.run(target.import_string, **_settings(target, arguments))


def _check_address(host: str, port: int) -> None:
    """Refuse an address at which nothing can listen, before the app is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise CommandError(f"--host {host} is no address of this machine: {error}") from error
    with socket.socket(family, kind, protocol) as listening:
        if os.name == "posix":  # as the server does: an address that was in use a moment ago is free
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
        except OSError as error:
            raise CommandError(_unusable(host, port, error)) from error


def _unusable(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use: stop what listens there, or name another one with --port"
    if error.errno == errno.EACCES:
        return (
            f"port {port} of {host} needs rights that this process has not: name one from 1024 on with --port"
        )
    return f"nothing can listen at port {port} of {host}: {error.strerror}"


def _settings(target: Target, arguments: argparse.Namespace) -> dict[str, Any]:
    return {
        "app_dir": str(target.folder),
        "factory": target.is_factory,
        "host": arguments.host,
        "port": arguments.port,
        "reload": arguments.reload,
        "reload_dirs": arguments.reload_dir or ([str(target.folder)] if arguments.reload else None),
        "workers": arguments.workers,
        "root_path": arguments.root_path,
        "proxy_headers": arguments.proxy_headers,
        "forwarded_allow_ips": arguments.forwarded_allow_ips,
    }


def _announcement(target: Target, arguments: argparse.Namespace) -> str:
    """What was found and where it will be: the lines that stand in front of the server's log."""
    url = f"http://{_shown_host(arguments.host)}:{arguments.port}"
    lines = [
        ("xapi", f"Starting the {arguments.mode} server"),
        ("folder", f"{target.folder} (the first one, upwards, without an __init__.py)"),
        ("module", target.module),
        ("code", f"from {target.module} import {target.name.partition('.')[0]}"),
        ("app", f"{target.import_string}{' (an app factory)' if target.is_factory else ''}"),
        ("server", url),
    ]
    docs_url = getattr(target.app, "docs_url", None)
    if docs_url and getattr(target.app, "openapi_url", None):
        lines.append(("docs", f"{url}{arguments.root_path}{docs_url}"))
    if target.others:
        lines.append(("note", f"{target.module} has other apps ({', '.join(target.others)}): see --app"))
    if arguments.mode == "development":
        lines.append(("tip", "in production, use `xapi run`"))
    return "".join(f"{name:>9}  {visible_line(text)}\n" for name, text in lines) + "\n"


def _shown_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
