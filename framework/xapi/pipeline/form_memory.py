"""The memory budget of a form.

Counted are texts and their names, the headers of parts, files that are not on disk and files that are read as
bytes. Files go to disk to keep within the budget; where that is not enough, the form is refused.
"""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Any

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartParser

from xapi.operation.limits import UNLIMITED
from xapi.pipeline.limits import LimitExceeded
from xapi.pipeline.threads import run_in_thread

_FILE_COST = 1536
"""Bytes that a file takes beside its content."""
_DISK_BUFFER = 8192
"""Bytes that a file on disk takes."""
_WORTH_WRITING = 2 * _DISK_BUFFER
"""Bytes from which on it takes less memory to have a file on disk."""


class FormFile(UploadFile):
    """A file of a form. Its content counts as memory of the form when it is read as a whole."""

    def __init__(self, memory: FormMemory, filename: str, headers: Headers) -> None:
        memory.take(_FILE_COST)
        # It stays open for as long as the form does.
        spooled: Any = SpooledTemporaryFile(max_size=memory.spool_size, buffering=_DISK_BUFFER)  # noqa: SIM115
        super().__init__(spooled, size=0, filename=filename, headers=headers)
        self._memory = memory
        self._content: bytes | None = None
        memory.add(spooled)

    async def content(self) -> bytes:
        """All of it, read once, whoever has read in it before.

        Raises LimitExceeded if the memory of the form is too small for it.
        """
        if self._content is None:
            memory, size = self._memory, self.size or 0
            if memory.held + size > memory.most:
                await memory.make_room(size)
            memory.held += size
            await self.seek(0)
            self._content = await self.read()
            await self.seek(0)
        return self._content


async def content_of(file: UploadFile) -> bytes:
    """The content of a file, within the budget of its form."""
    if isinstance(file, FormFile):
        return await file.content()
    content = await file.read()
    await file.seek(0)  # others may read it too
    return content


class FormMemory:
    """The memory that one form takes, in bytes as Python counts them."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = 0
        self.spool_size = MultiPartParser.spool_max_size or UNLIMITED  # where users of Starlette set it
        # Not by the objects that refer to this one: the garbage collector would have to find both.
        self._in_memory: dict[Any, int] = {}
        self._size_of_files = 0

    def check(self, size: int) -> None:
        """Raise LimitExceeded if there is no room for `size` bytes more, whatever files can go to disk."""
        if self.held + size - self._size_of_files > self.most:
            raise self._exceeded()

    def take(self, size: int) -> None:
        """Count `size` bytes. Raises LimitExceeded as `check` does."""
        self.check(size)
        self.held += size

    def add(self, spooled: Any) -> None:
        """Know a file that is in memory, and empty yet."""
        self._in_memory[spooled] = 0

    def keep(self, file: FormFile, data: bytes) -> bool:
        """Add to a file in memory, if it is there and there is room for it."""
        spooled, cost = file.file, _cost(len(data))
        size = self._in_memory.get(spooled, UNLIMITED) + len(data)
        if size > self.spool_size or self.held + cost > self.most:
            return False
        self._in_memory[spooled] = size
        self._size_of_files += cost
        self.held += cost
        spooled.write(data)
        file.size = size
        return True

    async def write(self, file: FormFile, data: bytes) -> None:
        """Add to a file, after files went to disk for it, this one perhaps."""
        held = self._in_memory.get(file.file)
        if held is not None:
            if held + len(data) > self.spool_size:
                await self._to_disk(file.file)
            else:
                await self.make_room(_cost(len(data)), file.file)
        if not self.keep(file, data):
            await file.write(data)

    async def make_room(self, size: int = 0, growing: Any = None) -> None:
        """Write files to disk, the largest first, until there is room for `size` bytes more.

        The bytes may be for the file that is `growing`. Raises LimitExceeded if the files are too small.
        """
        while self.held + size > self.most:
            sizes = {file: held + (size if file is growing else 0) for file, held in self._in_memory.items()}
            largest = max(sizes, key=sizes.__getitem__, default=None)
            if largest is None or sizes[largest] < _WORTH_WRITING:
                raise self._exceeded()
            await self._to_disk(largest)
            if largest is growing:
                size = 0

    async def _to_disk(self, spooled: Any) -> None:
        if not spooled.closed:
            # To its end, whatever cancels this task: closed meanwhile, it would leave its new file open.
            await run_in_thread(spooled.rollover, {})
        size = _cost(self._in_memory.pop(spooled))
        self._size_of_files -= size
        self.held += _DISK_BUFFER - size

    def _exceeded(self) -> LimitExceeded:
        return LimitExceeded(413, f"Form exceeded maximum size in memory of {self.most} bytes.")


def _cost(size: int) -> int:
    """What so many bytes of a file take in memory: an eighth is kept for more of them."""
    return size + (size >> 3)
