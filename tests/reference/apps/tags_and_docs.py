"""Tags, described and not, in the order of the app; external documentation; a licence with a URL."""

from enum import Enum

from xapi import XAPI, APIRouter


class Area(Enum):
    PUBLIC = "public"
    STAFF = "staff only"


app = XAPI(
    title="Tags",
    version="2026.11",
    summary="",
    description="See [the guide](https://example.com/guide).",
    contact={"name": "The team"},
    license_info={"name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0.html"},
    openapi_external_docs={"url": "https://example.com/handbook"},
    openapi_tags=[
        {
            "name": "staff only",
            "description": "Needs a badge",
            "externalDocs": {"url": "https://example.com/badge"},
        },
        {"name": "unused"},
        {"name": "public", "x-icon": "door"},
    ],
)
staff = APIRouter(tags=[Area.STAFF])
both = APIRouter(tags=["first", Area.PUBLIC])


@app.get("/", tags=[Area.PUBLIC])
def home(): ...


@staff.get("/desk", tags=["desk"])
def desk(): ...


@both.get("/door")
def door(): ...


both.include_router(staff, prefix="/nested", tags=["inclusion"])
app.include_router(staff, tags=["public"])
app.include_router(both)
