"""Images of products, as files."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from shop.models import Product

SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
"""How the files of a media type begin. What a client says about its file proves nothing."""

SENT: dict[str, Any] = {
    "requestBody": {
        "content": {"multipart/form-data": {"encoding": {"image": {"contentType": ", ".join(SIGNATURES)}}}}
    }
}
"""For `openapi_extra=` of an operation that takes the file of a form as `image`."""


def type_of(content: bytes) -> str | None:
    """The media type of an image, by how it begins; `None` if it is of none that the shop shows."""
    for media_type, signature in SIGNATURES.items():
        if content.startswith(signature):
            return media_type
    return None


def path_of(product: Product, folder: Path) -> Path:
    return folder / str(product.id)


def write(content: bytes, path: Path) -> None:
    """Replace a file at once: who reads it meanwhile gets the old one or the new one, and no mixture."""
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)
