"""Count what a cancellation cuts off, at every step of the programs in `teardown/`, under the reference.

    python tests/reference/count_teardowns.py [--xapi] [-v] [words of the names of programs ...]

Needs a Python that has `requirements.txt` and trio installed. With `--xapi` xapi itself is counted; `-v`
tells each.
"""

from __future__ import annotations

import logging
import sys
import warnings

from record_openapi import as_reference


def main(arguments: list[str]) -> None:
    """Print, for each way to cancel, how many steps there are and at how many something is not closed."""
    options = {argument for argument in arguments if argument.startswith("-")}
    words = [argument for argument in arguments if argument not in options]
    if "--xapi" not in options:
        as_reference()
    warnings.simplefilter("ignore")
    logging.disable()

    from cancellation.cancelling import every_step
    from cancellation.programs import PROGRAMS, build, ways

    for backend in ("asyncio", "trio"):
        for cut, place in ways(backend):
            cut_off = steps = 0
            for program in PROGRAMS:
                if program.fits(place) and (not words or any(word in program.name for word in words)):
                    found = every_step(build(program, place), program, cut, backend)
                    steps += len(found)
                    cut_off += sum(bool(faults) for _, faults in found)
                    for step, faults in found if "-v" in options else ():
                        if faults:
                            sys.stdout.write(f"    {program.name}, step {step}: {'; '.join(faults)}\n")
            sys.stdout.write(f"{backend}, {cut}, {place}: {cut_off} of {steps}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
