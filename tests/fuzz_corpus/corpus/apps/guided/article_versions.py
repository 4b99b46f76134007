"""The growth of an article that was empty at first is taken by its length: ZeroDivisionError.

Class: states, value of a header
Operation: POST /articles/{number}/publication
Checks: not_a_server_error
Found by: a sequence of three requests: write nothing, change, publish; two have the header of the one before
"""

from typing import Annotated

from pydantic import BaseModel, Field

from corpus.lifespans import emptying
from xapi import XAPI, Header, HTTPException, Path, Response

NONE = {404: {"description": "No such article"}}
CONFLICT = {409: {"description": "It is another version, or was never changed"}}
Number = Annotated[int, Path(ge=1)]
Tag = Annotated[str, Header()]


class Text(BaseModel):
    text: Annotated[str, Field(max_length=100)]


def create_app(fixed: bool) -> XAPI:
    articles: dict[int, list[str]] = {}
    app = XAPI(title="Articles", version="1.0.0", document_errors="exact", lifespan=emptying(articles))

    def tag(number: int) -> str:
        versions = articles[number]
        return f'"{number:x}-{len(versions) * 7_919 + number:x}"'

    def versions_of(number: int, if_match: str) -> list[str]:
        if number not in articles:
            raise HTTPException(404)
        if if_match != tag(number):
            raise HTTPException(409)
        return articles[number]

    @app.post("/articles", status_code=201)
    async def write(article: Text, response: Response) -> int:
        number = len(articles) + 1
        articles[number] = [article.text]
        response.headers["etag"] = tag(number)
        return number

    @app.put("/articles/{number}", responses=NONE | CONFLICT)
    async def change(number: Number, article: Text, if_match: Tag, response: Response) -> int:
        versions = versions_of(number, if_match)
        versions.append(article.text)
        response.headers["etag"] = tag(number)
        return len(versions)

    @app.post("/articles/{number}/publication", responses=NONE | CONFLICT)
    async def publish(number: Number, if_match: Tag) -> int:
        versions = versions_of(number, if_match)
        if len(versions) < 2:
            raise HTTPException(409)
        if fixed and not versions[0]:
            return 100
        return 100 * len(versions[-1]) // len(versions[0])

    return app
