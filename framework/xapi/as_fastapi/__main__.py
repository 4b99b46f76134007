"""`python -m xapi.as_fastapi SCRIPT` and `-m MODULE`: run a program with the alias."""

from __future__ import annotations

import argparse
import runpy
import sys
from pathlib import Path


def main() -> None:
    """Run what the command line names, as Python would run it."""
    parser = argparse.ArgumentParser(
        prog="python -m xapi.as_fastapi",
        description="Run a program in which `import fastapi` gives xapi's objects under FastAPI's names.",
        usage="python -m xapi.as_fastapi (SCRIPT | -m MODULE) [ARGUMENTS]",
    )
    parser.add_argument("-m", dest="module", metavar="MODULE", help="run a module, as `python -m` does")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="SCRIPT", help="a file, or a directory")
    given = sys.argv[1:]
    # What follows the program's name is the program's, whatever it looks like.
    own = 2 if given[:1] == ["-m"] else 0 if given and not given[0].startswith("-") else len(given)
    arguments = parser.parse_args(given[:own])
    if arguments.module is not None:
        sys.argv[:] = ["-m", *given[own:]]
        runpy.run_module(arguments.module, run_name="__main__", alter_sys=True)
    elif not given:
        parser.error("name a script, or a module by -m")
    else:
        script = given[0]
        if not Path(script).exists():
            parser.error(f"there is no file {script!r}")
        sys.argv[:] = given
        if Path(script).is_file():
            sys.path[0] = str(Path(script).resolve().parent)
        runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main()
