"""A table of things: sessions from a dependency with `yield`, tables made at start-up, four models."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated

from sqlmodel import Field, Session, SQLModel, create_engine, select

from xapi import XAPI, Depends, HTTPException, Query

engine = create_engine("sqlite:///stock.db", connect_args={"check_same_thread": False})


class ToolBase(SQLModel):
    label: str = Field(index=True, max_length=12)
    weight: float | None = Field(default=None, gt=0)


class Tool(ToolBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    shelf: str


class NewTool(ToolBase):
    shelf: str = "A1"


class ShownTool(ToolBase):
    id: int


class ChangedTool(SQLModel):
    label: str | None = None
    weight: float | None = None
    shelf: str | None = None


def sessions() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


OpenSession = Annotated[Session, Depends(sessions)]


@asynccontextmanager
async def lifespan(app: XAPI) -> AsyncIterator[None]:
    SQLModel.metadata.create_all(engine)
    yield
    engine.dispose()


app = XAPI(lifespan=lifespan)


def found(tool_id: int, session: OpenSession) -> Tool:
    tool = session.get(Tool, tool_id)
    if tool is None:
        raise HTTPException(status_code=404, detail="No such tool")
    return tool


@app.post("/tools", response_model=ShownTool, status_code=201)
def add(tool: NewTool, session: OpenSession):
    kept = Tool.model_validate(tool)
    session.add(kept)
    session.commit()
    session.refresh(kept)
    return kept


@app.get("/tools", response_model=list[ShownTool])
def all_tools(session: OpenSession, skip: int = 0, most: Annotated[int, Query(le=50)] = 50):
    return session.exec(select(Tool).order_by(Tool.id).offset(skip).limit(most)).all()


@app.get("/tools/{tool_id}", response_model=ShownTool)
def one(tool: Annotated[Tool, Depends(found)]):
    return tool


@app.get("/tools/{tool_id}/row")
def row(tool: Annotated[Tool, Depends(found)]) -> Tool:
    return tool


@app.patch("/tools/{tool_id}", response_model=ShownTool)
def change(tool: Annotated[Tool, Depends(found)], changes: ChangedTool, session: OpenSession):
    tool.sqlmodel_update(changes.model_dump(exclude_unset=True))
    session.add(tool)
    session.commit()
    session.refresh(tool)
    return tool


@app.delete("/tools/{tool_id}", status_code=204)
def remove(tool: Annotated[Tool, Depends(found)], session: OpenSession):
    session.delete(tool)
    session.commit()
