"""An app without operations."""

from xapi import XAPI

app = XAPI(servers=[], openapi_tags=[], contact={}, description="")
