"""The operations of `schemas.py`, with one schema for input and output."""

import schemas

from xapi import XAPI

app = XAPI(separate_input_output_schemas=False)
app.include_router(schemas.app.router)
