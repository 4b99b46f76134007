"""Functions with probes do what they did before, and take them off again; what probes tell."""

from __future__ import annotations

import asyncio
import email.utils
import importlib
import sys
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

from pytest_xapi.fuzz.guided.probes import SITES, Trace, listening
from pytest_xapi.fuzz.guided.twins import Twins

WRITTEN = '''
    """A module."""
    from __future__ import annotations

    import asyncio
    import functools
    import re
    from collections.abc import Iterator
    from typing import Any


    def chain(x: int) -> Any:
        """A docstring."""
        return 1 < len([x]) + x <= 3 < 9, chain.__doc__, not x, x and 1 or 2


    def decorated(function):
        @functools.wraps(function)
        def inner(*arguments, **named):
            return function(*arguments, **named) if arguments else function(0)

        return inner


    @decorated
    @functools.lru_cache
    def cached(x: "int", *, y: list[int] | None = None) -> str:
        return f"{x == 1} {y is None}"


    def comprehended(x: int) -> Any:
        first = [i for i in range(x) if i % 2 == 0 and str(i).startswith("4")]
        second = {k: v for k, v in {"a": len("abc")}.items() if v > x}
        third = [y for row in [[x, 2]] for y in row[0 : len(row)] if y == row[0]]
        table = {"a": {"b": x}}
        fourth = [value for value in table.get("a", {}).values()]
        fifth = [value for value in [*table.items()][:: max(x, 1)] if value[0].startswith("a")]
        return first, second, third, fourth, fifth, [i for i in (range(x) if len("ab") == 2 else [])]


    def closed(x: int) -> Any:
        total = 0

        def add(step: int) -> int:
            nonlocal total
            total += step if step > 0 else -step
            return total

        class Inner:
            """Inside."""

            numbers = [i for i in range(3) if i > 1]

            def method(self) -> Any:
                return super().__eq__(self), total == 7, __class__.__name__

        return add(x), add(-4), Inner().method(), Inner.numbers, Inner.__doc__


    def generated(x: int) -> Any:
        def numbers() -> Iterator[int]:
            got = yield 1
            while got != 3:
                got = yield (got or 0) + 1
            return "done"

        found = numbers()
        values = [next(found), found.send(x)]
        try:
            found.send(3)
        except StopIteration as error:
            values.append(error.value)
        return values


    def awaited(x: int) -> Any:
        async def numbers():
            for number in range(x):
                yield number

        async def main():
            return x == (await asyncio.sleep(0, 5)), [i async for i in numbers() if i > 1]

        return asyncio.run(main())


    def matched(x: int) -> Any:
        found = []
        for value in ({"type": "x", "n": x}, [1, 2], "red", 5):
            match value:
                case {"type": "x", "n": int(n)} if n > 0:
                    found.append(n)
                case [first, *rest]:
                    found.append(rest)
                case "red" | "blue":
                    found.append("colour")
                case _:
                    found.append(None)
        return found


    def refused(x: int) -> Any:
        if "a" < x:
            return 1


    def unread(x: int) -> Any:
        values = {"a": 1}
        return values.get("a") == values["b"]


    def divided(x: int) -> Any:
        return 1 // (x - x)


    def anonymous(x: int) -> Any:
        first = lambda q: q > 3 and q["x"] if q == 4 else q
        return first(x), (lambda: "docless").__doc__, (n := x + 1) > 2 and n, re.fullmatch("a+", "aa") is None


    class Kept:
        @property
        def one(self) -> bool:
            return self._value == 3

        _value = 3

        @staticmethod
        def two(x: int) -> bool:
            return x in (1, 2)

        @classmethod
        def three(cls, x: int) -> bool:
            return x is not None


    def methods(x: int) -> Any:
        return Kept().one, Kept.two(x), Kept.three(x), Kept().two(1)


    ALL = [
        chain, cached, comprehended, closed, generated, awaited, matched, refused, unread, divided, anonymous,
        methods,
    ]
'''


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Write a module below the folder of the test, and import it."""
    monkeypatch.syspath_prepend(tmp_path)
    names: list[str] = []

    def write(source: str) -> ModuleType:
        name = f"guided_{tmp_path.name}"
        (tmp_path / f"{name}.py").write_text(dedent(source))
        names.append(name)
        return importlib.import_module(name)

    yield write
    for name in names:
        del sys.modules[name]


def done(function: Callable[[int], object], x: int) -> object:
    """What comes of a call: the result, or the exception with the lines that it passed through."""
    try:
        return function(x)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)[1:]
        return type(error), str(error), [(frame.lineno, frame.colno, frame.name) for frame in frames]


def test_functions_do_with_probes_what_they_do_without(
    written: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    module = written(WRITTEN)
    twins = Twins(tmp_path)
    codes = [getattr(function, "__code__", None) for function in module.ALL]
    before = [repr(done(function, x)) for function in module.ALL for x in (0, 1, 4)]
    twins.put()
    module.cached.__wrapped__.cache_clear()
    with listening() as trace:
        during = [repr(done(function, x)) for function in module.ALL for x in (0, 1, 4)]
    twins.take()
    assert during == before
    assert len(trace.events) > 100
    assert [getattr(function, "__code__", None) for function in module.ALL] == codes
    assert not any(line.startswith("@") for line in vars(module)), "no name is left in the module"


def told(function: Callable[[], object]) -> Trace:
    with listening() as trace:
        function()
    return trace


def test_probes_tell_operands_and_outcomes(written: Callable[[str], ModuleType], tmp_path: Path) -> None:
    module = written(
        """
        TABLE = {"a": 1}

        def look(x, text):
            if x > 5 and text.startswith("ab"):
                return TABLE.get(text)
            return [1, 2][x] // (x + 1)
        """
    )
    twins = Twins(tmp_path)
    twins.put()
    try:
        trace = told(lambda: module.look(1, "b"))
        seen = {(SITES.all[event.site].text, event.values[:2], event.outcome) for event in trace.events}
        assert seen == {("x > 5", (1, 5), False), ("[1, 2][x]", (1, 2), True), ("x + 1", (2, 0), False)}
        trace = told(lambda: module.look(7, "abc"))
        values = {SITES.all[event.site].text: event.values for event in trace.events}
        assert values["TABLE.get(text)"] == ({"a": 1}, "abc")
    finally:
        twins.take()


def test_threads_and_tasks_tell_the_request_that_started_them(
    written: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    module = written(
        """
        async def later(x):
            return x == 1

        def check(x):
            return x == 2
        """
    )
    twins = Twins(tmp_path)
    twins.put()

    async def main() -> None:
        await asyncio.gather(asyncio.create_task(module.later(1)), asyncio.to_thread(module.check, 2))

    try:
        assert len(told(lambda: asyncio.run(main())).events) == 2
        with ThreadPoolExecutor(1) as pool:
            pool.submit(module.check, 1).result()
            with listening() as trace:
                pool.submit(module.check, 2).result()
            pool.submit(module.check, 3).result()
        assert [event.values for event in trace.events] == [(2, 2)], "threads of pools have no context"
    finally:
        twins.take()


def test_what_is_no_code_of_the_project_is_left_as_it_is(tmp_path: Path) -> None:
    twins = Twins(tmp_path)
    twins.put()
    assert twins.sources == {}
    twins.take()
    named = Twins(tmp_path, [email.utils.__name__])
    named.put()
    named.take()
    assert [source.path for source in named.sources.values()] == [email.utils.__file__]
