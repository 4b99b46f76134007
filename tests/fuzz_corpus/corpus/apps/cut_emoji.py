"""A text is cut to twenty bytes in the middle of a character: UnicodeDecodeError.

Class: unicode, slicing
Operation: POST /previews
Checks: not_a_server_error
Found by: a text that is both long and beyond ASCII
"""

from pydantic import BaseModel, ConfigDict

from xapi import XAPI

WIDTH = 20


class Message(BaseModel):
    model_config = ConfigDict(strict=True)

    text: str


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Previews", version="1.0.0", document_errors="exact")

    @app.post("/previews")
    async def preview(message: Message) -> str:
        cut = message.text.encode(errors="replace")[:WIDTH]
        return cut.decode(errors="ignore" if fixed else "strict")

    return app
