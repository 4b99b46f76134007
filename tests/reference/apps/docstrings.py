"""Texts of operations, taken from docstrings and names."""

from xapi import XAPI

app = XAPI(
    description="""
    An indented description.

        Code in it.
    """
)


@app.get("/none")
def without_text(): ...


@app.get("/line")
def one_line():
    """Only one line."""


@app.get("/lines")
def several_lines():
    """
    Begins on the second line.

    - a list
        - nested

    Ends with a blank line.

    """


@app.get("/cut")
def cut_off():
    """Shown.

    Shown too.
    \f
    :param q: not shown
    """


@app.get("/cut-in-line")
def cut_in_line():
    """Shown.\fNot shown."""


@app.get("/described", description="Said in the decorator.")
def described():
    """Not shown."""


@app.get(
    "/described-lines",
    description="""
    An indented text

    of the decorator.
    """,
)
def described_lines(): ...


@app.get("/summary", summary="Short title")
def with_summary():
    """The text stays."""


@app.get("/names-of-functions")
async def get_HTTP_response2_for_id(): ...  # noqa: N802


@app.get("/private")
def _private_(): ...


@app.get("/response", response_description="A *long* description\n\nof two paragraphs")
def response_description(): ...


@app.get("/unicode")
def größe_und_maß():
    """Größe: „groß“ — 大"""
