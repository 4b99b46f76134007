from typing import Annotated

from xapi import APIRouter, Depends, HTTPException

from .deps import caller

router = APIRouter(prefix="/islands", tags=["islands"], responses={404: {"description": "Under water"}})
islands = {"sylt": {"name": "Sylt"}, "foehr": {"name": "Föhr"}}


@router.get("/")
async def all_islands() -> dict[str, dict[str, str]]:
    return islands


@router.get("/{island}")
async def one(island: str, caller: Annotated[str, Depends(caller)]):
    if island not in islands:
        raise HTTPException(status_code=404, detail="No such island")
    return {**islands[island], "by": caller}


@router.put("/{island}", tags=["changes"], responses={403: {"description": "Not this one"}})
async def change(island: str):
    if island != "sylt":
        raise HTTPException(status_code=403, detail="Only Sylt changes")
    return {"name": "Sylt", "changed": True}
