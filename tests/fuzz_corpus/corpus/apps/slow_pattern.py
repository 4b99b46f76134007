"""Words are matched with a pattern that tries each way to split them: its steps double with each letter.

The search is written out, and gives up after some steps, as a server that ends a slow worker would.

Class: catastrophic regular expression
Operation: GET /slugs
Checks: not_a_server_error
Found by: a text of twenty letters that ends with something else
Issue: https://nvd.nist.gov/vuln/detail/CVE-2024-24762
"""

from xapi import XAPI

PATIENCE = 100_000


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Slugs", version="1.0.0", document_errors="exact")

    @app.get("/slugs")
    async def is_slug(text: str) -> bool:
        return all(letter.isalnum() for letter in text) if fixed else matches(text)

    return app


def matches(text: str) -> bool:
    """Whether `([a-z0-9]+)*` matches all of the text, by trying."""
    steps = 0

    def rest(start: int) -> bool:
        nonlocal steps
        steps += 1
        if steps > PATIENCE:
            raise TimeoutError("the worker was ended")
        if start == len(text):
            return True
        end = start
        while end < len(text) and text[end].isalnum():
            end += 1
        return any(rest(middle) for middle in range(end, start, -1))

    return rest(0)
