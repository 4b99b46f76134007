"""Forms are parsed as Starlette parses them, however they come in pieces; only their limits are others."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from xapi.operation.limits import FormLimits
from xapi.pipeline.forms import MalformedForm, parse_form
from xapi.pipeline.limits import LimitExceeded

TEXTS = [
    b"",
    b"plain",
    "süß €\U0001f600".encode(),
    b"\xff\xfe not utf-8",
    b"a+b%20c%zz%",
    b"%C3%A9%f0%9f%98%80",
    b"%C3\xa9",
    b"\x00\r\n--",
    b"%41" * 5000 + b"%C3%A9" * 3000,
    "é".encode() * 5000,
    b"%" * 9000,
    b"x" * 4094 + b"%C3%A9%",
]
HEADERS = [
    b"content-type: text/plain",
    b"content-type: application/octet-stream\r\nX-Own: 1",
    b"x-empty:",
]


async def pieces_of(body: bytes, sizes: Sequence[int]) -> AsyncGenerator[bytes, None]:
    start = 0
    for size in sizes:
        yield body[start : start + size]
        start += size
    yield body[start:]


async def content(form: FormData) -> list[Any]:
    items: list[Any] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            headers = value.headers.items()
            items.append((name, value.filename, value.size, value.content_type, headers, await value.read()))
        else:
            items.append((name, value))
    await form.close()
    return items


async def ours(kind: bytes, body: bytes, sizes: Sequence[int], limits: Any) -> Any:
    headers = Headers(raw=[(b"content-type", kind)])
    try:
        return await content(await parse_form(headers, pieces_of(body, sizes), FormLimits(**limits)))
    except (MalformedForm, LimitExceeded) as error:
        return error.detail


async def starlettes(kind: bytes, body: bytes, sizes: Sequence[int], limits: Any) -> Any:
    headers = Headers(raw=[(b"content-type", kind)])
    parser: Any = MultiPartParser if kind.startswith(b"multipart") else FormParser
    if parser is FormParser:
        limits = {name: limit for name, limit in limits.items() if name != "max_files"}
    try:
        return await content(await parser(headers, pieces_of(body, sizes), **limits).parse())
    except MultiPartException as error:
        return error.message


def multipart_form(draw: random.Random) -> tuple[bytes, bytes]:
    body = draw.choice([b"", b"", b"preamble\r\n"])
    for _ in range(draw.randrange(5)):
        name = draw.choice(
            [b'name="a"', b'name="b c"', b"name=d", 'name="é"'.encode(), b'x="1"', b'name="\xff"']
        )
        file = draw.choice([b"", b'; filename="f.txt"', b'; filename=""', '; filename="ü"'.encode()])
        head = b"".join(header + b"\r\n" for header in draw.sample(HEADERS, draw.randrange(3)))
        body += b"--bound\r\nContent-Disposition: form-data; " + name + file + b"\r\n" + head + b"\r\n"
        body += draw.choice(TEXTS) + b"\r\n"
    body += draw.choice([b"--bound--\r\n", b"--bound--\r\n", b"--bound--", b"", b"--bound"])
    kind = b"multipart/form-data; boundary=bound" + draw.choice(
        [b"", b"", b"; charset=latin-1", b"; charset=no"]
    )
    return kind, body


def urlencoded_form(draw: random.Random) -> tuple[bytes, bytes]:
    fields = [draw.choice(TEXTS) + draw.choice([b"=", b"=", b""]) + draw.choice(TEXTS) for _ in range(4)]
    return b"application/x-www-form-urlencoded", draw.choice([b"&", b"&", b"&&", b";"]).join(fields)


# Starlette leaves the file of a part without an end to the garbage collector.
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("seed", range(150))
def test_a_form_is_what_starlette_makes_of_it(seed: int) -> None:
    draw = random.Random(seed)
    kind, body = draw.choice([multipart_form, urlencoded_form])(draw)
    limits: Any = draw.choice([{}, {}, {"max_fields": 2, "max_files": 1, "max_part_size": 2000}])
    for sizes in ([], [1] * min(len(body), 3000), [draw.randrange(1, 5000) for _ in range(20)]):
        expected = asyncio.run(starlettes(kind, body, sizes, limits))
        assert asyncio.run(ours(kind, body, sizes, limits)) == expected


@pytest.mark.parametrize(
    "charset",
    [b"punycode", b"idna", b"unicode_escape", b"undefined", b"zlib_codec", b"utf-7", b"\x00", b"x" * 60],
)
def test_what_is_no_character_set_of_the_web_is_latin_1(charset: bytes) -> None:
    kind = b"multipart/form-data; boundary=b; charset=" + charset
    body = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xe9-\\x41+AGE-\r\n--b--\r\n'
    assert asyncio.run(ours(kind, body, [], {})) == [("a", "\xe9-\\x41+AGE-")]


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-16", "süß"),
        ("shift_jis", "日本"),
        ("gb18030", "中\U0001f600"),
        ("windows-1252", "€"),
        ("UTF8", "ß"),
    ],
)
def test_character_sets_of_the_web_are_known(charset: str, text: str) -> None:
    kind = b"multipart/form-data; boundary=b; charset=" + charset.encode()
    head = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
    body = head + text.encode(charset) + b"\r\n--b--\r\n"
    assert asyncio.run(ours(kind, body, [], {})) == [("a", text)]


def test_unknown_character_sets_leave_nothing_behind() -> None:
    import encodings

    before = len(encodings._cache)  # type: ignore[attr-defined]
    for number in range(50):
        asyncio.run(ours(b"multipart/form-data; boundary=b; charset=x-none-%d" % number, b"--b--", [], {}))
    assert len(encodings._cache) == before  # type: ignore[attr-defined]


def test_the_file_of_a_part_without_an_end_is_closed() -> None:
    # An open file would be told as an unraisable exception, which fails the run.
    head = b'--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n'
    assert asyncio.run(ours(b"multipart/form-data; boundary=b", head + b"x" * 2_000_000, [], {})) == []


def test_what_says_that_it_is_no_form_is_not_read() -> None:
    async def unread() -> AsyncGenerator[bytes, None]:
        raise AssertionError
        yield b""

    form = asyncio.run(parse_form(Headers({"content-type": "text/plain"}), unread(), FormLimits()))
    assert form.multi_items() == []
