"""The places in an app's code that probes tell of."""

from __future__ import annotations

from dataclasses import dataclass, field

COMPARE = "compare"
TRUTH = "truth"
CALL = "call"
METHOD = "method"
ITEM = "item"
MATCH = "match"
DIVIDE = "divide"
UNPACK = "unpack"

WAS_TRUE, WAS_FALSE = 1, 2
"""How a condition came out, as bits of `Sites.both`."""

CONSTANT = "constant"
"""What is said of a look-up whose key stands in the source."""


class Marks(bytearray):
    """An array that code can have as a constant: code is kept in sets, for which constants have a hash."""

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


@dataclass(frozen=True)
class Site:
    """One place that is probed."""

    number: int
    kind: str
    """One of the kinds above. A division is a comparison of the divisor with zero."""
    what: str
    """The operator, as in `==`; or the name of what is called."""
    file: str
    line: int
    column: int
    function: str
    """The qualified name of the function that it is in."""
    text: str
    """The source."""
    branches: bool
    """Whether the code goes on in one way or another by it."""
    static: tuple[object, ...] = ()
    """What the source says of the values that are looked for: of `match`, those of its cases."""
    slot: int = 0
    """Of the expression that it is in, in `Sites.open`."""

    @property
    def place(self) -> tuple[str, int, int]:
        """What orders sites as the source does."""
        return self.file, self.line, self.column


@dataclass
class Sites:
    """All places that are known to a process."""

    all: list[Site] = field(default_factory=list)
    open: Marks = field(default_factory=Marks)
    """By the slot of an expression: whether it is probed at the moment."""
    alone: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By slot, of a statement with one condition: its number, and the line that comes if it is true."""
    lines: dict[str, Marks] = field(default_factory=dict)
    """By file and line: whether the line was reached in this item."""
    both: bytearray = field(default_factory=bytearray)
    """By number: how a condition came out in this item."""

    def new(
        self,
        kind: str,
        what: str,
        where: tuple[str, int, int, str],
        text: str,
        branches: bool = False,
        static: tuple[object, ...] = (),
        slot: int = 0,
    ) -> Site:
        """A place that is not known yet.

        Args:
            kind: One of the kinds of sites.
            what: The operator, or the name of what is called.
            where: File, line, column, and function.
            text: The source.
            branches: Whether the code goes on in one way or another by it.
            static: What the source says of the values that are looked for.
            slot: Of the expression that it is in.
        """
        file, line, column, function = where
        site = Site(len(self.all), kind, what, file, line, column, function, text, branches, static, slot)
        self.all.append(site)
        self.both.append(0)
        return site

    def new_slot(self) -> int:
        """A slot for one more expression."""
        self.open.append(1)
        return len(self.open) - 1

    def has_gone_on(self, slot: int) -> bool:
        """Whether the code went on where the condition of a statement is true, as far as that is known."""
        number, line = self.alone.get(slot, (-1, 0))
        return number >= 0 and bool(self.lines[self.all[number].file][line])

    def begin(self) -> None:
        """Forget what was seen: another item begins, and must not depend on those before it."""
        self.open[:] = b"\1" * len(self.open)
        self.both[:] = bytes(len(self.both))
