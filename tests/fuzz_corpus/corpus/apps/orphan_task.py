"""A project is deleted, and its tasks are not: reading one fails.

Class: use after delete of a parent
Operation: GET /tasks/{task_id}
Checks: not_a_server_error
Found by: a sequence of four requests: create, create below, delete, read
Issue: https://arxiv.org/abs/1806.09739
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from corpus.lifespans import emptying
from xapi import XAPI, HTTPException, Path

NONE = {404: {"description": "There is none"}}
Number = Annotated[int, Path(ge=1)]


class Name(BaseModel):
    model_config = ConfigDict(strict=True)

    name: str


class Project(BaseModel):
    id: int
    name: str


class Task(BaseModel):
    id: int
    project_id: int
    name: str


def create_app(fixed: bool) -> XAPI:
    projects: dict[int, Project] = {}
    tasks: dict[int, Task] = {}
    counted: list[int] = []
    lifespan = emptying(projects, tasks, counted)
    app = XAPI(title="Projects", version="1.0.0", document_errors="exact", lifespan=lifespan)

    def next_id() -> int:
        counted.append(1)
        return len(counted)

    @app.post("/projects", status_code=201)
    async def create_project(name: Name) -> Project:
        project = Project(id=next_id(), name=name.name)
        projects[project.id] = project
        return project

    @app.delete("/projects/{project_id}", status_code=204, responses=NONE)
    async def delete_project(project_id: Number) -> None:
        if projects.pop(project_id, None) is None:
            raise HTTPException(404)

    @app.post("/projects/{project_id}/tasks", status_code=201, responses=NONE)
    async def create_task(project_id: Number, name: Name) -> Task:
        if project_id not in projects:
            raise HTTPException(404)
        task = Task(id=next_id(), project_id=project_id, name=name.name)
        tasks[task.id] = task
        return task

    @app.get("/tasks/{task_id}", responses=NONE)
    async def read_task(task_id: Number) -> dict[str, str]:
        task = tasks.get(task_id)
        if task is None or (fixed and task.project_id not in projects):
            raise HTTPException(404)
        return {"task": task.name, "project": projects[task.project_id].name}

    return app
