"""Parsing a form while it arrives (RFC 7578; WHATWG URL, application/x-www-form-urlencoded).

Everything is counted before it is kept; `pipeline.form_memory` says what is held in memory.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import AsyncGenerator, Iterator
from encodings import aliases, normalize_encoding
from sys import getsizeof
from typing import Any
from urllib.parse import unquote_plus, unquote_to_bytes

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.exceptions import HTTPException

from xapi.exceptions import XAPIError
from xapi.operation.limits import (
    MAX_FILES,
    MAX_FORM_FIELDS,
    MAX_FORM_MEMORY,
    MAX_PART_SIZE,
    UNLIMITED,
    FormLimits,
)
from xapi.pipeline.form_memory import FormFile, FormMemory
from xapi.pipeline.limits import LimitExceeded

multipart: Any
try:
    from python_multipart import multipart
except ModuleNotFoundError:
    multipart = None

_PIECE = 64 * 1024
"""Bytes that are parsed at once."""
_ESCAPED_PIECE = 4 * 1024
"""Bytes of which escapes are decoded at once: they take eighty times their size meanwhile."""
_FIELD_COST = 128
"""Bytes that a field takes beside its texts."""
_HEADER_COST = 160
_MAX_HEADERS_SIZE = 64 * 1024
"""Bytes of the headers of one part; newer versions of python-multipart have narrower limits."""
_KNOWN_CODECS = frozenset((*aliases.aliases, *aliases.aliases.values()))
_CONTINUATION = bytes(range(0x80, 0xC0))
_WIDE = re.compile(rb"[\xf0-\xff]")
_NOT_LATIN = re.compile(rb"[\xc4-\xff]")


class MalformedForm(HTTPException):
    """A body that is not a form of the kind that it says; `detail` tells why."""

    def __init__(self, detail: str) -> None:
        super().__init__(400, detail)


async def parse_form(headers: Headers, stream: AsyncGenerator[bytes, None], limits: FormLimits) -> FormData:
    """Parse what `stream` gives. What is not a form by its content type is not read, and has no fields.

    Raises MalformedForm, and LimitExceeded for a form that breaks a limit: its files are closed.
    """
    if multipart is None:
        raise XAPIError(
            'a form needs the package python-multipart: pip install "xapi-framework[standard]", or '
            "python-multipart"
        )
    kind, parameters = multipart.parse_options_header(headers.get("content-type"))
    if kind == b"multipart/form-data":
        parsing: _Parsing = _MultipartParsing(parameters, limits)
    elif kind == b"application/x-www-form-urlencoded":
        parsing = _UrlencodedParsing(limits)
    else:
        return FormData()
    try:
        parser = parsing.parser()
        async for chunk in stream:
            for piece in (chunk,) if len(chunk) <= _PIECE else _pieces(chunk):
                parser.write(piece)
                if parsing.waits():
                    await parsing.settle()
        parser.finalize()
        parsing.end()
        return FormData(parsing.items)
    except BaseException as error:
        parsing.close()  # before anything that can be cancelled
        await stream.aclose()
        if isinstance(error, multipart.FormParserError):
            raise MalformedForm("Invalid multipart data.") from error
        raise


def _pieces(chunk: bytes) -> Iterator[bytes]:
    for start in range(0, len(chunk), _PIECE):
        yield chunk[start : start + _PIECE]


class _Parsing:
    """What both kinds of forms have in common: the items, the limits and the memory.

    What is being read is in memory, too; it is looked at after each piece.
    """

    def __init__(self, limits: FormLimits) -> None:
        self.items: list[tuple[str, str | UploadFile]] = []
        self.max_fields = limits.get("max_fields", MAX_FORM_FIELDS)
        self.max_part_size = limits.get("max_part_size", MAX_PART_SIZE)
        # A part that may be larger than all was said to have room.
        self.memory = FormMemory(limits.get("max_memory_size", max(MAX_FORM_MEMORY, self.max_part_size)))
        self.fields = 0

    def parser(self) -> Any:
        """A parser of python-multipart that calls this object."""
        raise NotImplementedError

    def open_size(self) -> int:
        """The bytes of what is being read."""
        raise NotImplementedError

    def waits(self) -> bool:
        """Whether there is something to settle."""
        return self.memory.held + self.open_size() > self.memory.most

    async def settle(self) -> None:
        """Do what parsing cannot do, because it takes waiting."""
        await self.memory.make_room(self.open_size())

    def end(self) -> None:
        """Close what has no end."""

    def close(self) -> None:
        """Close all files."""

    def count_field(self) -> None:
        """Count a field that begins."""
        self.fields += 1
        if self.fields > self.max_fields:
            raise too_many("fields", self.max_fields)

    def add_field(self, name: str, value: str) -> None:
        """Keep a field."""
        self.memory.take(_FIELD_COST + getsizeof(name) + getsizeof(value))
        self.items.append((name, value))

    def too_large(self, what: str) -> LimitExceeded:
        return LimitExceeded(400, f"{what} exceeded maximum size of {self.max_part_size // 1024}KB.")


def too_many(what: str, most: int) -> LimitExceeded:
    """The exception for more than `most` of something."""
    return LimitExceeded(400, f"Too many {what}. Maximum number of {what} is {most}.")


class _UrlencodedParsing(_Parsing):
    def __init__(self, limits: FormLimits) -> None:
        super().__init__(limits)
        self._name, self._value = bytearray(), bytearray()

    def parser(self) -> Any:
        return multipart.QuerystringParser(
            {
                "on_field_start": self._begin,
                "on_field_name": self._add_name,
                "on_field_data": self._add_value,
                "on_field_end": self._end,
            }
        )

    def open_size(self) -> int:
        return len(self._name) + len(self._value)

    def _begin(self) -> None:
        self._name, self._value = bytearray(), bytearray()

    def _add_name(self, data: bytes, start: int, end: int) -> None:
        if len(self._name) + end - start > self.max_part_size:
            raise self.too_large("Field")
        self._name += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        if len(self._name) + len(self._value) + end - start > self.max_part_size:
            raise self.too_large("Field")
        self._value += data[start:end]

    def _end(self) -> None:
        self.count_field()
        self.add_field(_unquoted(self._name), _unquoted(self._value))
        self._name, self._value = bytearray(), bytearray()


def _unquoted(raw: bytearray) -> str:
    """A text of an urlencoded form."""
    text = raw.decode("latin-1")
    if len(text) <= _ESCAPED_PIECE:
        return unquote_plus(text)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    decoded = [decoder.decode(unquote_to_bytes(piece.replace("+", " "))) for piece in _unsplit_escapes(text)]
    return "".join(decoded) + decoder.decode(b"", final=True)


def _unsplit_escapes(text: str) -> Iterator[str]:
    """The pieces of a text, none of which ends in the middle of an escape."""
    start = 0
    while start < len(text):
        end = min(start + _ESCAPED_PIECE, len(text))
        escape = text.find("%", end - 2, end) if end < len(text) else -1
        end = end if escape == -1 else escape
        yield text[start:end]
        start = end


class _Part:
    """One part of a multipart form, while it comes."""

    __slots__ = ("data", "disposition", "file", "headers", "headers_size", "is_complete", "name", "size")

    def __init__(self) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self.headers_size = 0
        self.disposition = b""
        self.name = ""
        self.data = bytearray()
        self.file: FormFile | None = None
        self.size = 0
        self.is_complete = False


class _MultipartParsing(_Parsing):
    def __init__(self, parameters: dict[bytes, bytes], limits: FormLimits) -> None:
        super().__init__(limits)
        self.max_files = limits.get("max_files", MAX_FILES)
        self.max_file_size = limits.get("max_file_size", UNLIMITED)
        charset = parameters.get(b"charset")
        self._codec = "utf-8" if charset is None else _codec(charset.decode("latin-1"))
        self._boundary = parameters.get(b"boundary")
        self._part = _Part()
        self._header_name, self._header_value = b"", b""
        self._files: list[FormFile] = []
        self._written: list[tuple[FormFile, bytes]] = []
        self._ended: list[FormFile] = []

    def parser(self) -> Any:
        if self._boundary is None:
            raise MalformedForm("Missing boundary in multipart.")
        return multipart.MultipartParser(
            self._boundary,
            {
                "on_part_begin": self._begin,
                "on_part_data": self._add,
                "on_part_end": self._end,
                "on_header_field": self._add_header_name,
                "on_header_value": self._add_header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
            },
        )

    def open_size(self) -> int:
        header = len(self._header_name) + len(self._header_value)
        self._check_headers(header)
        return len(self._part.data) + header

    def waits(self) -> bool:
        return bool(self._written or self._ended) or super().waits()

    async def settle(self) -> None:
        for file, data in self._written:
            if not self.memory.keep(file, data):
                await self.memory.write(file, data)
        self._written.clear()
        for file in self._ended:
            await file.seek(0)
        self._ended.clear()
        await super().settle()

    def end(self) -> None:
        if self._part.file is not None and not self._part.is_complete:
            self._part.file.file.close()

    def close(self) -> None:
        for file in self._files:
            file.file.close()

    def _begin(self) -> None:
        self._part = _Part()

    def _add_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _add_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        part, name = self._part, self._header_name.lower()
        if name == b"content-disposition":
            part.disposition = self._header_value
        part.headers.append((name, self._header_value))
        part.headers_size += len(name) + len(self._header_value)
        self._check_headers()
        self._header_name, self._header_value = b"", b""

    def _check_headers(self, more: int = 0) -> None:
        if self._part.headers_size + more > _MAX_HEADERS_SIZE:
            raise MalformedForm("Headers of a part are too long.")

    def _end_headers(self) -> None:
        _, options = multipart.parse_options_header(self._part.disposition)
        if b"name" not in options:
            raise MalformedForm('The Content-Disposition header field "name" must be provided.')
        self._part.name = self._decoded(options[b"name"])
        if b"filename" in options:
            self._begin_file(self._decoded(options[b"filename"]))
        else:
            self.count_field()

    def _begin_file(self, filename: str) -> None:
        part = self._part
        if len(self._files) >= self.max_files:
            raise too_many("files", self.max_files)
        headers_size = part.headers_size + _HEADER_COST * len(part.headers)
        self.memory.take(_FIELD_COST + headers_size + getsizeof(part.name) + getsizeof(filename))
        part.file = FormFile(self.memory, filename, Headers(raw=part.headers))
        self._files.append(part.file)

    def _add(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        part.size += end - start
        if part.file is None:
            if part.size > self.max_part_size:
                raise self.too_large("Part")
            part.data += data[start:end]
            return
        if part.size > self.max_file_size:
            raise LimitExceeded(413, f"File exceeded maximum size of {self.max_file_size} bytes.")
        self._written.append((part.file, data[start:end]))

    def _end(self) -> None:
        part = self._part
        part.is_complete = True
        if part.file is None:
            self.memory.check(_decoded_size(part.data, self._codec))
            self.add_field(part.name, self._decoded(part.data))
            part.data = bytearray()
        else:
            self._ended.append(part.file)
            self.items.append((part.name, part.file))

    def _decoded(self, raw: bytes | bytearray) -> str:
        try:
            return raw.decode(self._codec)
        except UnicodeError:
            return raw.decode("latin-1")


def _codec(charset: str) -> str:
    """The codec of a character set; Latin-1, which takes any bytes, for what is none.

    Only names that Python knows are looked up: it keeps what it has looked for in vain. What is not a
    character set of the web is among the others; some of these codecs take quadratic time.
    """
    name = normalize_encoding(charset).lower()
    if name == "utf_7" or name not in _KNOWN_CODECS:
        return "latin-1"
    try:
        "".encode(name)
    except LookupError:  # a codec between bytes
        return "latin-1"
    return codecs.lookup(name).name


def _decoded_size(raw: bytearray, codec: str) -> int:
    """The most that a text takes in memory: as many bytes for each character as its widest one needs."""
    if raw.isascii():
        return len(raw)
    if codec != "utf-8":
        return 4 * len(raw)
    width = 4 if _WIDE.search(raw) else 2 if _NOT_LATIN.search(raw) else 1
    return max(len(raw), width * len(raw.translate(None, _CONTINUATION)))
