"""Sequences of requests along the links of a document: which operations, in which order.

Short ones are gone through in order: create something, then each two of the operations that take it, also
the same one twice; then what is inside of it, after it was deleted. What may be repeated (`PUT`, RFC 9110,
section 9.2.2) is sent twice. Longer ones come by chance, from the same links.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

ANSWER = "answer"
CONSTANT = "constant"


@dataclass(frozen=True)
class Taken:
    """A value that a request takes from an earlier exchange."""

    place: str
    """The attribute of `Parts` that it goes to."""
    name: str
    """Its name there, as that of a binding."""
    template: str
    """What of `origin` it is.

    Of an answer: where it is in the JSON body, a JSON pointer in which `*` is any item of a list, or
    `pointers.HEADER` and the name of a header. Of the body of a request: a JSON pointer. Of another place
    of a request: the name of a parameter. Of a constant: itself, as JSON.
    """
    origin: str = ANSWER
    """`ANSWER`, the attribute of the earlier request's `Parts`, or `CONSTANT`."""


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
    """The position of the request whose exchange the link takes values from."""
    repeats: int | None = None
    """The position of the request that is sent once more."""


Walk = tuple[SequenceStep, ...]


def may_be_repeated(label: str) -> bool:
    """Whether an operation says of itself that it may be sent twice (RFC 9110, section 9.2.2)."""
    return label.startswith("PUT ")


def by_source(links: Sequence[Link]) -> dict[str, list[Link]]:
    """Links by the operation that they take values from."""
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(link.source, []).append(link)
    return found


def roots(links: Sequence[Link]) -> list[str]:
    """The operations that a sequence may begin with: those that need nothing from others, or all."""
    sources = list(by_source(links))
    return [label for label in sources if not _needs_another(label, links)] or sources


def walks(links: Sequence[Link], repeatable: Sequence[str]) -> list[Walk]:
    """All walks, the first ones of each operation before the second ones.

    Args:
        links: Of the document, declared and inferred ones.
        repeatable: The operations that may be sent twice, and need nothing from others.
    """
    following = by_source(links)
    found: list[Iterator[Walk]] = [_from(root, following) for root in roots(links)]
    found.append((SequenceStep(label), SequenceStep(label, repeats=0)) for label in repeatable)
    in_turns = [walk for turn in zip_longest(*found) for walk in turn if walk is not None]
    return list(dict.fromkeys(in_turns))


def _needs_another(label: str, links: Sequence[Link]) -> bool:
    return any(link.target == label and link.source != label for link in links) and "{" in label


def _from(root: str, following: dict[str, list[Link]]) -> Iterator[Walk]:
    first = SequenceStep(root)
    direct = [SequenceStep(link.target, link, 0) for link in following[root]]
    for hop in direct:
        for second in direct:
            yield first, hop, second
    for hop in direct:
        inner = [
            SequenceStep(link.target, link, 1) for link in following.get(hop.label, ()) if hop.label != root
        ]
        for second in inner:
            yield first, hop, second
        for ending in direct:
            if ending.label.startswith("DELETE "):
                yield from ((first, hop, ending, second) for second in inner)
