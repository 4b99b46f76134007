"""Models with the names of the schemas of validation errors."""

import colliding_two

from xapi import XAPI

app = XAPI()


@app.post("/one")
def one(q: int) -> colliding_two.HTTPValidationError: ...


@app.post("/two")
def two(q: int) -> colliding_two.ValidationError: ...
