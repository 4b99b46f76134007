"""The process of plain Schemathesis: its engine with all phases, as its command runs it, on the app itself.

`python -m benchmarks.fuzz.plain SEED [PHASE]`; other phases than the one that is named are left out.
"""

import sys
from typing import Any

from benchmarks.fuzz import target
from benchmarks.fuzz.phases import load, run

PHASES = ("examples", "coverage", "fuzzing", "stateful")


def main(seed: int, only: str | None) -> None:
    """Runs all phases and notes what is found."""
    config: dict[str, Any] = {"seed": seed}
    for name, given in target.credentials().items():
        config |= _authenticated(name, _of_one_user(given))
    if only:
        config["phases"] = {phase: {"enabled": phase == only} for phase in PHASES}
    run(load(served(target.create()), "/openapi.json", config), target.log().found)
    target.log().count()


def served(app: Any) -> Any:
    """The app as a server shows it: what it raises after it has answered 500 stays in the server.

    In-process, Schemathesis takes the exception for an error of the run, and reports no finding. The app
    stays of its kind, because Schemathesis looks for constants in the source of its endpoints.
    """
    kind = type(app)

    async def call(self: Any, scope: Any, receive: Any, send: Any) -> None:
        started = False

        async def sending(message: Any) -> None:
            nonlocal started
            started |= message["type"] == "http.response.start"
            await send(message)

        try:
            await kind.__call__(self, scope, receive, sending)
        except Exception:
            if not started:
                raise

    app.__class__ = type(kind.__name__, (kind,), {"__call__": call, "__module__": kind.__module__})
    return app


def _of_one_user(given: Any) -> Any:
    """Schemathesis sends all its requests as one user."""
    return next(iter(given.values())) if isinstance(given, dict) else given


def _authenticated(scheme: str, credential: str) -> dict[str, Any]:
    """How Schemathesis is told a credential; that of OAuth2 as a header, since it has no setting for it."""
    if scheme.startswith("OAuth2"):
        return {"headers": {"Authorization": f"Bearer {credential}"}}
    return {"auth": {"openapi": {scheme: {"bearer" if scheme == "HTTPBearer" else "api_key": credential}}}}


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
