"""Products, and their images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from sqlmodel import col, select

from shop import images
from shop.database import Database
from shop.models import LARGEST_ID, OrderLine, Product, ProductChange, ProductDraft, ProductPublic
from shop.pagination import PAGED, Page
from shop.problems import problems
from shop.security import CurrentSettings, may_change_catalogue
from xapi import APIRouter, Depends, HTTPException, Path, Query, Response, UploadFile
from xapi.responses import FileResponse

router = APIRouter(prefix="/products", tags=["products"])


def product_of(
    product_id: Annotated[int, Path(ge=1, le=LARGEST_ID, examples=[1])], session: Database
) -> Product:
    """The product that the path names."""
    product = session.get(Product, product_id)
    if product is None:
        raise HTTPException(404, "There is no product with this id.")
    return product


NamedProduct = Annotated[Product, Depends(product_of, responses=problems(404))]


@router.get("", response_model=list[ProductPublic], responses=PAGED)
def list_products(
    page: Page,
    session: Database,
    search: Annotated[str, Query(max_length=100, description="Only products with this in their name")] = "",
    available: Annotated[bool, Query(description="Only products that are in stock")] = False,
) -> Sequence[Product]:
    """List products by name."""
    query = select(Product).where(col(Product.name).icontains(search, autoescape=True))
    if available:
        query = query.where(col(Product.stock) > 0)
    return page.of(query.order_by(col(Product.name), col(Product.id)), session)


@router.post(
    "",
    status_code=201,
    response_model=ProductPublic,
    dependencies=[may_change_catalogue],
)
def create_product(draft: ProductDraft, session: Database, response: Response) -> Product:
    """Offer a new product."""
    product = Product.model_validate(draft)
    session.add(product)
    session.flush()
    response.headers["Location"] = router.url_path_for("read_product", product_id=product.id)
    return product


@router.get("/{product_id}", response_model=ProductPublic)
def read_product(product: NamedProduct) -> Product:
    """Read one product."""
    return product


@router.patch(
    "/{product_id}",
    response_model=ProductPublic,
    dependencies=[may_change_catalogue],
)
def change_product(product: NamedProduct, change: ProductChange) -> Product:
    """Change what is named, and leave the rest."""
    return product.sqlmodel_update(change.model_dump(exclude_none=True))


@router.delete(
    "/{product_id}",
    status_code=204,
    responses=problems(409),
    dependencies=[may_change_catalogue],
)
def delete_product(product: NamedProduct, session: Database, settings: CurrentSettings) -> None:
    """Take a product out of the catalogue, if it was never ordered."""
    if session.exec(select(OrderLine.id).where(OrderLine.product_id == product.id).limit(1)).first():
        raise HTTPException(409, "It was ordered. Set its stock to 0 instead.")
    session.delete(product)
    images.path_of(product, settings.images).unlink(missing_ok=True)


@router.put(
    "/{product_id}/image",
    response_model=ProductPublic,
    responses=problems(413, 415),
    dependencies=[may_change_catalogue],
    openapi_extra=images.SENT,
)
def replace_image(product: NamedProduct, image: UploadFile, settings: CurrentSettings) -> Product:
    """Show a product: a PNG or JPEG image."""
    content = image.file.read(settings.largest_image + 1)
    if len(content) > settings.largest_image:
        raise HTTPException(413, f"An image may have {settings.largest_image} bytes.")
    image_type = images.type_of(content)
    if image_type is None:
        raise HTTPException(415, "This is neither a PNG nor a JPEG image.")
    images.write(content, images.path_of(product, settings.images))
    product.image_type = image_type
    return product


IMAGE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The image", "content": {media_type: {} for media_type in images.SIGNATURES}}
}


@router.get("/{product_id}/image", response_class=FileResponse, responses=IMAGE)
def read_image(product: NamedProduct, settings: CurrentSettings) -> FileResponse:
    """The image of a product."""
    if product.image_type is None:
        raise HTTPException(404, "This product has no image.")
    return FileResponse(images.path_of(product, settings.images), media_type=product.image_type)
