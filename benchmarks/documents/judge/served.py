"""The judge as a server: an app sends each request that it gets, and gets what to answer."""

import base64
import json
import socket
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.documents.judge.answers import Answers, answer
from benchmarks.documents.judge.operations import Operations, Request, Verdict

MOST_SHOWN = 8
"""How many requests of a kind are kept, to be shown."""
MOST_BODY = 600


class Judge:
    """Judges the requests of one app.

    Args:
        document: The document that the app serves.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._operations = Operations(document)
        self._answers = Answers(self._operations.schemas)
        self._counts: Counter[str] = Counter()
        self._shown: dict[str, list[dict[str, Any]]] = {}
        self._sent: set[str] = set()

    def asked(self, message: dict[str, Any]) -> dict[str, Any]:
        """What to answer to a request. `meant` is what its sender holds it for: `valid`, `invalid` or ``."""
        request = Request(
            message["method"],
            message["path"],
            message["query"],
            [(name, value) for name, value in message["headers"]],
            base64.b64decode(message["body"]),
        )
        verdict, methods = self._operations.judged(request, message["label"])
        self._count(message, request, verdict)
        if verdict.operation is None:
            return answer(405 if methods else 404, [["Allow", ", ".join(sorted(set(methods)))]])
        is_accepted = verdict.name == "right" or (
            verdict.name == "unjudged" and message["meant"] != "invalid"
        )
        return self._answers.of(verdict.operation, is_accepted)

    def _count(self, message: dict[str, Any], request: Request, verdict: Verdict) -> None:
        if verdict.operation is not None:
            self._sent.add(verdict.operation.label)
        meant, name = message["meant"], verdict.name
        label = message["label"]
        if label and (verdict.operation is None or verdict.operation.label != label):
            # Another method on purpose, or a path that leads to a more specific operation.
            name = "elsewhere"
        kind = f"{meant or 'other'} {name}"
        self._counts[kind] += 1
        shown = self._shown.setdefault(kind, [])
        is_wrong = kind in ("valid wrong", "invalid right") or name == "unjudged" or kind == "valid elsewhere"
        if is_wrong and len(shown) < MOST_SHOWN and not any(one["label"] == label for one in shown[3:]):
            shown.append(
                {
                    "label": label,
                    "request": f"{request.method} {request.path}?{request.query}"[:MOST_BODY],
                    "headers": request.headers[:10],
                    "body": request.body[:MOST_BODY].decode("latin-1"),
                    "errors": verdict.errors[:3] or [verdict.unjudged],
                    "flaws": message.get("flaws", ""),
                }
            )

    def summary(self) -> dict[str, Any]:
        """What was judged."""
        return {
            "counts": dict(self._counts),
            "shown": {kind: shown for kind, shown in self._shown.items() if shown},
            "operations": [operation.label for operation in self._operations.all],
            "unread": self._operations.unread,
            "sent": sorted(self._sent),
            "unanswerable": sorted(self._answers.unanswerable),
        }


def serve(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """Answers what one app asks, until it hangs up.

    Returns:
        What was judged.
    """
    judge = Judge(document)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        connection, _ = server.accept()
        with connection, connection.makefile("rwb") as file:
            for line in file:
                file.write(json.dumps(judge.asked(json.loads(line))).encode() + b"\n")
                file.flush()
    return judge.summary()
