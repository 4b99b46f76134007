"""Answers to answers are indented, up to the fourth level; the fifth has no indent: IndexError.

The original: a parser without a limit to the depth of what it reads.

Class: deep recursion of nested bodies
Operation: POST /threads
Checks: not_a_server_error
Found by: a body that is nested five deep
Issue: https://nvd.nist.gov/vuln/detail/CVE-2024-27454
"""

from typing import Optional

from pydantic import BaseModel, ConfigDict

from xapi import XAPI

INDENTS = ["", "  ", "    ", "      "]


class Comment(BaseModel):
    model_config = ConfigDict(strict=True)

    text: str
    answer: Optional["Comment"] = None


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Threads", version="1.0.0", document_errors="exact")

    @app.post("/threads")
    async def layout(comment: Comment) -> list[str]:
        lines, level, current = [], 0, comment
        while True:
            lines.append(INDENTS[min(level, 3) if fixed else level] + current.text)
            if current.answer is None:
                return lines
            current, level = current.answer, level + 1

    return app
