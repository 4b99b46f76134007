"""The phase `guided`: what it finds, what it tells, and that its runs can be repeated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from coverage import CoverageData

GUIDED = "--xapi-fuzz-phase=guided"
NOTHING_KEPT = ("-p", "no:cacheprovider")
APP = '''
import base64
import datetime
import json
import re
from typing import Any

from pydantic import BaseModel, Field

from xapi import XAPI, Header

app = XAPI()


class Part(BaseModel):
    name: str
    share: int = Field(ge=0, le=40)


@app.get("/codes/{code}")
def code(code: str) -> bool:
    """A code that is taken apart in several steps, with a sum of its digits."""
    if not re.fullmatch(r"[A-Z]{2}-\\d{4}-\\d", code):
        return False
    place, digits, check = code.split("-")
    if place == "QX" and sum(int(digit) * at for at, digit in enumerate(digits, 1)) % 11 == int(check):
        return WRONG
    return True


@app.get("/tokens")
async def token(x_token: str = Header("")) -> bool:
    """An object inside of an encoded text."""
    try:
        found = json.loads(base64.b64decode(x_token))
    except ValueError:
        return False
    return WRONG if isinstance(found, dict) and found.get("role") == "root" else True


@app.post("/splits")
def split(parts: list[Part]) -> bool:
    """Members that have to add up."""
    return WRONG if len(parts) == 3 and sum(part.share for part in parts) == 100 else True


@app.get("/stays")
def stay(first: datetime.date, last: datetime.date) -> bool:
    """Dates that have to do with each other."""
    is_far = first.weekday() == 6 and (last - first).days == 14 and first.year > 2030
    return WRONG if is_far else True


@app.post("/events")
async def event(event: dict[str, Any]) -> bool:
    """Keys that only the code knows."""
    match event:
        case {"type": "move", "by": [int(x), int(y)]} if x > 100 and y == x + 3:
            return WRONG
    return True


carts: dict[str, dict[str, Any]] = {}


@app.post("/carts")
def cart(owner: str) -> dict[str, str]:
    key = f"{len(carts):04}{owner}"[:12]
    carts[key] = {"items": 0, "is_paid": False}
    return {"cart": key}


@app.post("/carts/{cart}/items")
def item(cart: str, count: int) -> bool:
    if cart in carts:
        carts[cart]["items"] += count
    return cart in carts


@app.get("/carts/{cart}")
def read(cart: str) -> bool:
    """Three requests in order."""
    return WRONG if cart in carts and carts[cart]["items"] == 77 else True
'''
FOUND = {
    "GET /codes/{code}",
    "GET /tokens",
    "POST /splits",
    "GET /stays",
    "POST /events",
    "GET /carts/{cart}",
}


@pytest.fixture
def shop(app_module: Callable[..., None]) -> Callable[[str], None]:
    """Write the app, with what it answers where it is wrong."""
    return lambda wrong: app_module(f"{APP.replace('WRONG', wrong)}")


def test_what_the_code_decides_by_is_found_and_nothing_is_said_of_a_twin(shop, fuzz) -> None:
    shop("1 // 0")
    found = fuzz(GUIDED, cases=100)
    assert {operation for operation, _ in found.findings} == FOUND, found.output
    assert {check for _, check in found.findings} == {"not_a_server_error"}
    assert "ZeroDivisionError" in found.output
    assert "WRONG" not in found.output


MENDED = """
import datetime
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from enum import Enum

from xapi import XAPI

app = XAPI()
pool = ThreadPoolExecutor(1)


class Size(Enum):
    SMALL = "small"
    LARGE = "large"
    ODD = "odd"


PRICES = {Size.SMALL: 1, Size.LARGE: 2}
BOUNDS = (70_000, 90_000, 90_010)


@app.get("/tickets")
def ticket(code: str) -> bool:
    kind, _, rest = code.partition(":")
    number, _, check = rest.partition(":")
    if kind != "tk" or not number.isdecimal() or check != chr(65 + int(number) * 7 % 26):
        return False
    return 1 // 0 if 4_000 < int(number) < 4_010 else True


@app.get("/weights")
def weight(grams: int) -> bool:
    return 1 // 0 if bisect_right(BOUNDS, grams) == 2 else True


@app.get("/prices")
def price(size: Size) -> int:
    return PRICES[size]


@app.get("/pairs")
def pair(text: str) -> str:
    first, second = text.split("|") if "|" in text else ("", "")
    return first + second


@app.get("/frames")
def frame(data: str) -> bool:
    try:
        found = bytes.fromhex(data)
    except ValueError:
        return False
    return 1 // 0 if len(found) > 3 and found[0] == 0xFE and sum(found[:-1]) % 256 == found[-1] else True


@app.get("/weeks")
def week(day: datetime.date) -> bool:
    return 1 // 0 if day.isocalendar().week == 53 else True


@app.get("/sums")
def total(a: int, b: int, c: int) -> bool:
    return pool.submit(lambda: 1 // 0 if b > a > 20 and a * b - 3 * c == 17 else True).result()
"""


def test_a_request_that_leaves_its_way_is_put_back_on_it(app_module, fuzz) -> None:
    app_module(MENDED)
    found = fuzz(GUIDED, cases=200)
    paths = ("tickets", "weights", "prices", "pairs", "frames", "weeks", "sums")
    assert {operation for operation, _ in found.findings} == {f"GET /{path}" for path in paths}, found.output


TOGETHER = """
from pydantic import BaseModel, Field
from xapi import XAPI, HTTPException

app = XAPI()
TIERS = {"60": "basic", "67": "gold"}
BANKS = {"00762": False, "04835": True}


class Money(str):
    "A text of a kind of its own."


LIMIT = Money("9.5")


class Line(BaseModel):
    debit: int = Field(0, ge=0)
    credit: int = Field(0, ge=0)


def is_right(number: str) -> bool:
    return sum(int(digit) * (1 + at % 2) for at, digit in enumerate(number)) % 10 == 0


@app.get("/cards")
def card(number: str) -> bool:
    if not (number.isascii() and number.isdecimal() and len(number) > 5) or not is_right(number):
        return False
    return 1 // 0 if TIERS.get(number[:2]) == "gold" else True


@app.get("/banks")
def bank(account: str) -> bool:
    if not (account.isascii() and account.isdecimal() and len(account) == 12) or int(account) % 97 != 1:
        return False
    closed = [code for code, is_closed in BANKS.items() if is_closed]
    return 1 // 0 if any(account.startswith(code) for code in closed) else True


@app.post("/entries")
def entry(lines: list[Line]) -> bool:
    if len(lines) < 2 or any(bool(line.debit) == bool(line.credit) for line in lines):
        return False
    return 1 // 0 if sum(line.debit for line in lines) == sum(line.credit for line in lines) else True


@app.get("/versions")
def version(installed: str, available: str) -> bool:
    try:
        old, new = (tuple(map(int, text.split("."))) for text in (installed, available))
    except ValueError:
        raise HTTPException(400) from None
    return 1 // 0 if len(old) == 3 and old == new else True


@app.get("/samples")
def sample(code: str) -> list[int]:
    return [1, 2, 3][:: int(code[1:])] if code.startswith("n") and code[1:].isdecimal() else []


@app.get("/ranges")
def steps(step: str) -> list[int]:
    return list(range(0, 9, int(step[1:]))) if step.startswith("r") and step[1:].isdecimal() else []


@app.get("/limits")
def limit(text: str) -> bool:
    return 1 // 0 if text == LIMIT else True
"""


def test_what_hangs_together_in_one_request_is_changed_together(app_module, fuzz) -> None:
    app_module(TOGETHER)
    found = fuzz(GUIDED, cases=200)
    paths = ("cards", "banks", "versions", "samples", "ranges", "limits")
    wanted = {f"GET /{path}" for path in paths} | {"POST /entries"}
    assert {operation for operation, _ in found.findings if operation in wanted} == wanted, found.output


PARTS = """
import datetime
from base64 import b64decode

from xapi import XAPI

app = XAPI()
MOMENTS = {40_000, 40_001}


@app.get("/messages")
def message(text: str) -> bool:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return False
    if len(raw) < 5 or raw[0] != 0x7E or raw[1] != len(raw) - 3:
        return False
    check = 0
    for byte in raw[:-1]:
        check = (check * 3 ^ byte) & 0xFF
    if check != raw[-1]:
        return False
    data = raw[4:-1]
    return data[0] // data[2] > 1 if raw[2] == 0x12 and len(data) == 3 else True


@app.get("/records")
def record(text: str) -> bool:
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return False
    if len(raw) != 8 or int.from_bytes(raw[1:3], "little") != 40_000:
        return False
    return 1 // 0 if int.from_bytes(raw[3:7], "big") == 70_002 else True


@app.post("/colors")
def color(values: list[int]) -> bool:
    return 1 // 0 if len(values) > 5 and values[2:5] == [90, 4_000, 17] else True


@app.get("/moments")
def moment(at: datetime.datetime) -> bool:
    seconds = at.hour * 3600 + at.minute * 60 + at.second
    if seconds not in MOMENTS:
        return False
    return 1 // 0 if at.year > 1900 else True


@app.get("/anniversaries")
def anniversary(day: datetime.date, plan: str) -> datetime.date:
    return day.replace(year=day.year + 1) if plan.startswith("yearly") else day
"""


def test_parts_of_lists_and_of_bytes_are_put_in_their_place(app_module, fuzz) -> None:
    app_module(PARTS)
    found = fuzz(GUIDED, cases=200)
    wanted = {"GET /messages", "GET /records", "POST /colors", "GET /moments", "GET /anniversaries"}
    assert {operation for operation, _ in found.findings} == wanted, found.output


AGAIN = """
from typing import Any

from xapi import XAPI

app = XAPI()
KINDS = {"size", "color", "weight"}


def count(node: Any, depth: int = 0) -> int:
    match node:
        case {"every": [*nodes]} if nodes and depth < 5:
            return sum(count(item, depth + 1) for item in nodes)
        case {"kind": str(kind), "equals": _} if kind in KINDS:
            return 1
    raise ValueError("no node")


@app.post("/queries")
def query(node: dict[str, Any]) -> float:
    try:
        found = count(node)
    except ValueError:
        return 0
    return 1 / (found - 3)


def minutes(text: str) -> int:
    hour, minute = text.split(".")
    if len(hour) != 2 or len(minute) != 2 or not (hour + minute).isdecimal():
        raise ValueError("no time")
    return int(hour) * 60 + int(minute)


@app.get("/spans")
def span(text: str) -> float:
    try:
        start, end = (minutes(part) for part in text.split("/"))
    except ValueError:
        return 0
    return 1 / (end - start)
"""


READ = """
import re
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit
from uuid import UUID

from xapi import XAPI, HTTPException

app = XAPI()
BAD = {400: {"description": "It cannot be read"}}


@app.get("/releases", responses=BAD)
def release(version: str) -> bool:
    try:
        found = tuple(map(int, version.split(".")))
    except ValueError:
        raise HTTPException(400) from None
    return 1 // 0 if (4, 7) < found < (4, 7, 3) and len(found) == 3 else True


@app.get("/callbacks", responses=BAD)
def callback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise HTTPException(400) from None
    return 1 // 0 if parts.scheme == "https" and parts.hostname == "localhost" and port == 8443 else True


@app.get("/greetings")
def greeting(template: str) -> str:
    return template.format(name="you")


@app.get("/words")
def words(pattern: str) -> int:
    return len(re.findall(pattern, "some words"))


@app.get("/amounts", responses=BAD)
def amount(text: str) -> bool:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise HTTPException(400) from None
    return found > 0


@app.get("/addresses", responses=BAD)
def address(text: str) -> bool:
    try:
        found = int(text, 16)
    except ValueError:
        raise HTTPException(400) from None
    return 1 // 0 if found == 0xC0FFEE else True


@app.get("/clocks")
def clock(id: UUID) -> bool:
    return 1 // 0 if id.version == 1 and id.clock_seq > 16_000 else True
"""


def test_what_a_request_gives_to_be_read_is_written_in_its_form(app_module, fuzz) -> None:
    app_module(READ)
    found = fuzz(GUIDED, cases=100)
    paths = ("releases", "callbacks", "greetings", "words", "amounts", "addresses", "clocks")
    assert {operation for operation, _ in found.findings} == {f"GET /{path}" for path in paths}, found.output


MACHINE = """
from datetime import date
from enum import Enum

from pydantic import BaseModel
from xapi import XAPI, HTTPException

app = XAPI()


class Act(str, Enum):
    open = "open"
    shut = "shut"
    lock = "lock"
    wake = "wake"


class Order(BaseModel):
    act: Act


MOVES = {
    ("new", Act.open): "up",
    ("new", Act.lock): "off",
    ("off", Act.wake): "up",
    ("up", Act.shut): "down",
}
GATES: dict[int, dict[str, str]] = {}


@app.post("/gates", status_code=201)
def add() -> dict[str, int]:
    GATES[len(GATES)] = {"state": "new"}
    return {"gate_id": len(GATES) - 1}


@app.post("/gates/{gate_id}/orders", responses={404: {"description": "-"}, 409: {"description": "-"}})
def order(gate_id: int, order: Order) -> dict[str, str]:
    gate = GATES.get(gate_id)
    if gate is None:
        raise HTTPException(404)
    state = MOVES.get((gate["state"], order.act))
    if state is None:
        raise HTTPException(409)
    if order.act is Act.open:
        gate["opened"] = "now"
    if state == "down":
        gate["was"] = gate["opened"]
    gate["state"] = state
    return gate


@app.get("/leads", responses={409: {"description": "No plan"}})
def lead(price: int, deposit: int, monthly: int, months: int) -> float:
    if months < 2 or deposit < 1 or months * monthly != price - deposit:
        raise HTTPException(409)
    return price / (deposit - monthly)


@app.get("/duties")
def duty(day: date) -> date:
    year, week, weekday = day.isocalendar()
    return date.fromisocalendar(year + 1, week, weekday) if weekday > 5 and 1900 < year < 2100 else day
"""


def test_steps_of_a_state_machine_and_what_follows_from_two_numbers(app_module, fuzz) -> None:
    app_module(MACHINE)
    found = fuzz(GUIDED, cases=100)
    wanted = {"POST /gates/{gate_id}/orders", "GET /leads", "GET /duties"}
    assert {operation for operation, _ in found.findings} == wanted, found.output


def test_what_comes_second_meets_the_same_conditions(app_module, fuzz) -> None:
    app_module(AGAIN)
    found = fuzz(GUIDED, cases=200)
    assert {operation for operation, _ in found.findings} == {"POST /queries", "GET /spans"}, found.output


def test_a_twin_that_is_right_has_no_finding_and_runs_are_the_same(shop, fuzz, pytester) -> None:
    shop("True")
    first = fuzz(GUIDED, *NOTHING_KEPT, f"--xapi-report=coverage:{pytester.path / 'reached'}")
    assert first.findings == set(), first.output
    again = fuzz(GUIDED, *NOTHING_KEPT)
    assert {item: record["cases"] for item, record in again.records.items()} == {
        item: record["cases"] for item, record in first.records.items()
    }
    data = CoverageData(str(pytester.path / "reached"))
    data.read()
    (file,) = data.measured_files()
    lines = (pytester.path / "shop.py").read_text().splitlines()
    reached = {lines[number - 1].strip() for number in data.lines(file) or ()}
    assert Path(file).name == "shop.py"
    assert {"app = XAPI()", 'carts[cart]["items"] += count', "return False"} <= reached


def test_the_summary_says_what_was_not_reached_and_what_came_near(app_module, fuzz) -> None:
    app_module(
        """
        import os
        from xapi import XAPI

        app = XAPI()
        LIMIT = int(os.environ.get("NO_SUCH_LIMIT", "3"))

        @app.get("/items")
        def items(size: int) -> str:
            if LIMIT > 5:
                return "many"
            return "few" if size > 3 else "none"
        """
    )
    output = fuzz(GUIDED).output
    assert "guided: all code and conditions reached of 0 of 1 operation" in output
    assert "GET /items: 67% of its code reached, 2 of 3 lines" in output
    assert "shop.py:9: never true: LIMIT > 5; nearest: 3 > 5" in output


def test_the_summary_names_lines_that_no_condition_leads_to(app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI

        app = XAPI()

        @app.get("/items")
        def items(size: str) -> str:
            match size:
                case bytes():
                    size = size.decode()
                    return size
                case _:
                    return "text"
        """
    )
    output = fuzz(GUIDED).output
    assert "GET /items: 50% of its code reached, 2 of 4 lines" in output
    assert "    shop.py: never reached: lines 9-10" in output


def test_items_are_skipped_where_the_source_of_the_app_is_not_there(app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI

        app = XAPI()

        exec("def items() -> str: return 'a'")
        app.get("/items")(items)
        """,
        ini="xapi_fuzz_guide = no_such_package",
    )
    run = fuzz(GUIDED)
    assert run.outcomes == {"xapi::GET /items guided": "skipped"}
    assert run.records["GET /items guided"]["unsent"].startswith("the source of the app is not there")


def test_keys_of_an_empty_store_become_no_cookies(app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI

        app = XAPI()
        notes = {}

        @app.get("/notes/{name}")
        def read(name: str) -> bool:
            return notes.get(name) is not None and name in notes
        """
    )
    run = fuzz(GUIDED)
    assert run.outcomes == {"xapi::GET /notes/{name} guided": "passed"}, run.output


def test_what_probes_make_slower_is_no_finding(app_module, fuzz) -> None:
    app_module(
        """
        import time

        from xapi import XAPI

        app = XAPI()

        @app.get("/slow")
        async def slow(size: int) -> bool:
            time.sleep(0.15)
            return size > 3
        """,
        ini="xapi_fuzz_loop_limit = 50ms\n",
    )
    phase = "--xapi-fuzz-phase=boundary"
    assert ("GET /slow", "event_loop_blocked") in fuzz(phase, cases=1).findings
    assert fuzz(GUIDED, cases=1).findings == set()


def test_a_condition_that_comes_out_late_in_a_loop_counts(app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI

        app = XAPI()

        @app.get("/sums")
        def sums(size: int) -> int:
            found = 0
            for number in range(3000):
                if number == 2_500:
                    found += 1
                while found > 1 and number < size:
                    found -= 1
            return found
        """
    )
    output = fuzz(GUIDED, cases=5).output
    assert "never true: number == 2_500" not in output
    assert "never true: found > 1" in output


def test_an_app_that_answers_slowly_gets_fewer_requests(app_module, fuzz) -> None:
    app_module(
        """
        import time

        from xapi import XAPI

        app = XAPI()

        @app.get("/slow")
        def slow(size: int, limit: int) -> bool:
            time.sleep(0.25)
            return size * 31 + limit == 77_777_777 and size > limit > 300
        """
    )
    found = fuzz(GUIDED, "--xapi-fuzz-profile=quick", cases=1_000)
    assert found.records["GET /slow guided"]["cases"] < 100
    assert "1 item ended early: nothing new for seconds (--xapi-fuzz-profile)" in found.output
