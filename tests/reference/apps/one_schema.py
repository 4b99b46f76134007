"""One schema for what is read and what is written."""

from datetime import datetime

from pydantic import BaseModel, Field, computed_field

from xapi import XAPI

app = XAPI(separate_input_output_schemas=False)


class Part(BaseModel):
    name: str
    weight: float = 1.5
    tags: list[str] = []


class Machine(BaseModel):
    """A machine with parts."""

    id: int | None = None
    parts: list[Part] = Field(default_factory=list)
    built: datetime | None = Field(default=None, description="When")
    main: Part = Part(name="main")


class Box(BaseModel):
    side: float = 1

    @computed_field
    @property
    def volume(self) -> float:
        return self.side**3


@app.post("/machines")
def create(machine: Machine) -> Machine: ...


@app.get("/machines")
def list_machines() -> list[Machine]: ...


@app.post("/parts")
def create_part(part: Part) -> Part: ...


@app.put("/parts")
def replace(parts: dict[str, Part]) -> dict[str, Part | None]: ...


@app.get("/boxes")
def boxes() -> list[Box]: ...
