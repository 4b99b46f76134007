"""Models that inherit, in requests and results."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from xapi import XAPI, Depends, Query

app = XAPI()
T = TypeVar("T")
K = TypeVar("K", bound=BaseModel)


class UserBase(BaseModel):
    """What all users have."""

    username: str = Field(description="Unique")
    full_name: str | None = None


class UserIn(UserBase):
    password: str = Field(min_length=8)


class UserOut(UserBase):
    model_config = ConfigDict(from_attributes=True)

    id: int


class UserInDB(UserOut):
    """Never shown."""

    hashed_password: str
    full_name: str = "nobody"


class Page(BaseModel, Generic[T]):
    """A page of things."""

    items: list[T]
    total: int = 0


class UserPage(Page[UserOut]):
    sorted_by: str = "id"


class Keyed(Page[K], Generic[K, T]):
    keys: dict[str, T]


class Paging:
    def __init__(self, skip: int = 0, limit: int = Query(10, le=100)) -> None: ...


class SortedPaging(Paging):
    def __init__(self, sort: str, skip: int = 0) -> None: ...


@app.post("/users", status_code=201)
def create(user: UserIn) -> UserOut: ...


@app.get("/users", response_model=Page[UserOut])
def list_users(paging: Paging = Depends()): ...


@app.get("/users/sorted")
def sorted_users(paging: SortedPaging = Depends()) -> UserPage: ...


@app.get("/users/{id}", response_model=UserBase)
def read(id: int) -> UserInDB: ...


@app.get("/pages")
def pages() -> Page[Page[UserBase]]: ...


@app.get("/keyed")
def keyed() -> Keyed[UserOut, int]: ...


@app.patch("/users/{id}", response_model=UserOut | UserBase, response_model_exclude_unset=True)
def change(id: int, user: UserBase): ...
