from xapi import APIRouter

router = APIRouter()


@router.get("")
async def rivers() -> list[str]:
    return ["Elbe", "Oder"]


@router.get("/longest", name="longest river")
async def longest() -> str:
    return "Elbe"
