"""A folder is moved into itself: KeyError.

Class: keys of a free object, match statement
Operation: POST /folders/changes
Checks: not_a_server_error
Found by: an object of three keys that only the code names, one a folder, one a path below it
"""

from typing import Any

from corpus.lifespans import emptying
from xapi import XAPI, HTTPException

BEGINNING = ("home", "home/mail", "work", "work/2024", "work/2024/tax")


def create_app(fixed: bool) -> XAPI:
    moved: dict[str, str] = {}
    app = XAPI(title="Folders", version="1.0.0", document_errors="exact", lifespan=emptying(moved))

    def move(source: str, target: str) -> int:
        tree = {path: path for path in BEGINNING}
        for path in BEGINNING:
            if path == source or path.startswith(source + "/"):
                del tree[path]
        parent, _, _ = target.rpartition("/")
        if parent in BEGINNING:
            tree[target] = source if fixed and parent not in tree else tree[parent]
        return len(tree)

    @app.post("/folders/changes", responses={409: {"description": "No such change"}})
    def change(changes: dict[str, Any]) -> int:
        match changes:
            case {"op": "add", "path": str(path)}:
                return len({*BEGINNING, path})
            case {"op": "move", "from": str(source), "path": str(target)} if source in BEGINNING:
                return move(source, target.rstrip("/"))
            case {"op": "remove", "path": str(path)} if path in BEGINNING:
                return len(BEGINNING) - 1
        raise HTTPException(409)

    return app
