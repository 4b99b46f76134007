"""The first byte of an uploaded file says what it is, and an empty file has none: IndexError.

Class: file upload, empty file
Operation: POST /images
Checks: not_a_server_error
Found by: the first boundary values
Near: https://nvd.nist.gov/vuln/detail/CVE-2022-23833
"""

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.documents import answers, body, documented

FORM = {
    "type": "object",
    "properties": {"image": {"type": "string", "format": "binary"}},
    "required": ["image"],
}
UPLOAD = {
    "post": {
        "requestBody": body(FORM, "multipart/form-data"),
        "responses": answers({"type": "string"}, s400="No form, or no image in it"),
    }
}


def create_app(fixed: bool) -> Starlette:
    async def upload(request: Request) -> Response:
        try:
            async with request.form() as form:
                image = form.get("image")
                content = await image.read() if isinstance(image, UploadFile) else None
        except HTTPException:
            return Response(status_code=400)
        if content is None:
            return Response(status_code=400)
        if fixed and not content:
            return JSONResponse("empty")
        return JSONResponse("png" if content[0] == 0x89 else "other")

    return documented("Images", {"/images": UPLOAD}, Route("/images", upload, methods=["POST"]))
