"""Short sequences of requests along the links of a document: which operations, in which order.

What a state machine meets by chance is gone through here in order: create something, then each two of the
operations that take it, also the same one twice; then what is inside of it, after it was deleted. What may be
repeated (`PUT`, RFC 9110, section 9.2.2) is sent twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest


@dataclass(frozen=True)
class Taken:
    """A value that a request takes from an earlier answer."""

    place: str
    """The attribute of `Parts` that it goes to."""
    name: str
    template: str
    """Where it is in the JSON body of the answer: a JSON pointer, in which `*` is any item of a list."""


@dataclass(frozen=True)
class Link:
    """One operation can follow another one."""

    source: str
    target: str
    taken: tuple[Taken, ...]


@dataclass(frozen=True)
class SequenceStep:
    """One request of a walk."""

    label: str
    link: Link | None = None
    source: int | None = None
    """The position of the request whose answer the link takes values from."""
    repeats: int | None = None
    """The position of the request that is sent once more."""


Walk = tuple[SequenceStep, ...]


def may_be_repeated(label: str) -> bool:
    """Whether an operation says of itself that it may be sent twice (RFC 9110, section 9.2.2)."""
    return label.startswith("PUT ")


def walks(links: Sequence[Link], repeatable: Sequence[str]) -> list[Walk]:
    """All walks, the first ones of each operation before the second ones.

    Args:
        links: Of the document, declared and inferred ones.
        repeatable: The operations that may be sent twice, and need nothing from others.
    """
    by_source: dict[str, list[Link]] = {}
    for link in links:
        by_source.setdefault(link.source, []).append(link)
    roots = [label for label in by_source if not _needs_another(label, links)]
    found: list[Iterator[Walk]] = [_from(root, by_source) for root in roots]
    found.append((SequenceStep(label), SequenceStep(label, repeats=0)) for label in repeatable)
    in_turns = [walk for turn in zip_longest(*found) for walk in turn if walk is not None]
    return list(dict.fromkeys(in_turns))


def _needs_another(label: str, links: Sequence[Link]) -> bool:
    return any(link.target == label and link.source != label for link in links) and "{" in label


def _from(root: str, by_source: dict[str, list[Link]]) -> Iterator[Walk]:
    first = SequenceStep(root)
    direct = [SequenceStep(link.target, link, 0) for link in by_source[root]]
    for hop in direct:
        for second in direct:
            yield first, hop, second
    for hop in direct:
        inner = [
            SequenceStep(link.target, link, 1) for link in by_source.get(hop.label, ()) if hop.label != root
        ]
        for second in inner:
            yield first, hop, second
        for ending in direct:
            if ending.label.startswith("DELETE "):
                yield from ((first, hop, ending, second) for second in inner)
