"""The security of two operations compared: who has to authenticate, how, and with which scopes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_xapi.gates.contract.changes import Change, changed
from xapi.openapi.reader import Document, Operation
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.operations import SecurityAlternative as Alternative

_TEXTS = ("description", "bearerFormat")


class SecurityComparison:
    """Compares security requirements of two documents; a scheme is known by its content, not by its name."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old_schemes = old.security_schemes
        self._new_schemes = new.security_schemes
        self.renamed = dict(self._renamed())

    def changes(self, old: Operation, new: Operation) -> Iterator[Change]:
        """What has changed between the security of two operations."""
        before = [self._with_new_names(alternative) for alternative in old.security]
        after = new.security
        place = f"{new.node.pointer}/security" if "security" in new.node.mapping else new.node.pointer
        if before == [{}] and after and {} not in after:
            yield changed("security-added", "both", place, f"clients have to authenticate: {_listed(after)}")
        elif {} in after and {} not in before:
            yield changed("security-removed", "both", place, "nobody has to authenticate any more")
        else:
            yield from _compared(before, after, place)
        used = {name for alternative in before for name in alternative}
        for name in sorted(used & {name for alternative in after for name in alternative}):
            yield from self._scheme(name)

    def _scheme(self, name: str) -> Iterator[Change]:
        old_name = next((old for old, new in self.renamed.items() if new == name), name)
        old, new = self._old_schemes.get(old_name), self._new_schemes.get(name)
        if old is None or new is None or _content(old.value) == _content(new.value):
            return
        if _offers_all(old, new):
            yield changed(
                "text-changed", "both", new.pointer, f"the scheme `{name}` has one more flow or scope"
            )
            return
        yield changed("security-scheme-changed", "both", new.pointer, f"the scheme `{name}` has changed")

    def _renamed(self) -> Iterator[tuple[str, str]]:
        """The schemes whose name is gone while there is a new one of the same content."""
        fresh = {name: node for name, node in self._new_schemes.items() if name not in self._old_schemes}
        for old_name, old in self._old_schemes.items():
            if old_name in self._new_schemes:
                continue
            for name, node in fresh.items():
                if _content(node.value) == _content(old.value):
                    yield old_name, name
                    break

    def _with_new_names(self, alternative: Alternative) -> Alternative:
        return {self.renamed.get(name, name): scopes for name, scopes in alternative.items()}


def _compared(before: list[Alternative], after: list[Alternative], place: str) -> Iterator[Change]:
    """Each way that there was still works if there is one that asks for no more."""
    for old in before:
        if any(_is_enough(old, new) for new in after):
            continue
        same = next((new for new in after if new.keys() == old.keys()), None)
        if same is not None:
            more = sorted({scope for name in same for scope in same[name] - old[name]})
            yield changed(
                "security-scopes-added", "both", place, f"clients need the scopes {', '.join(more)}"
            )
        elif not old:
            yield changed("security-added", "both", place, f"clients have to authenticate: {_listed(after)}")
        else:
            what = f"{_listed([old])} is not enough any more"
            yield changed("security-alternative-removed", "both", place, what)
    for new in after:
        if any(new == old for old in before):
            continue
        same = next((old for old in before if old.keys() == new.keys()), None)
        if same is None:
            yield changed("security-alternative-added", "both", place, f"{_listed([new])} is enough")
        elif fewer := sorted({scope for name in new for scope in same[name] - new[name]}):
            what = f"the scopes {', '.join(fewer)} are not needed any more"
            yield changed("security-scopes-removed", "both", place, what)


def _is_enough(old: Alternative, new: Alternative) -> bool:
    return all(name in old and scopes <= old[name] for name, scopes in new.items())


def _listed(alternatives: list[Alternative]) -> str:
    return " or ".join(
        " with ".join(f"`{name}`" for name in alternative) or "nothing" for alternative in alternatives
    )


def _content(scheme: Any) -> dict[str, Any]:
    """What clients have to know of a scheme; schemes of HTTP are written in any case."""
    if not isinstance(scheme, dict):
        return {}
    known = {key: value for key, value in scheme.items() if key not in _TEXTS and not key.startswith("x-")}
    if isinstance(known.get("scheme"), str):
        known["scheme"] = known["scheme"].lower()
    return known


def _offers_all(old: Node, new: Node) -> bool:
    """Whether all that the old scheme offered is there: flows, their URLs and scopes."""
    first, second = _content(old.value), _content(new.value)
    first.pop("flows", None)
    second.pop("flows", None)
    now = dict(new.children("flows"))
    return first == second and all(
        name in now
        and all(now[name].get(key) == value for key, value in flow.mapping.items() if key != "scopes")
        and flow.child("scopes").mapping.keys() <= now[name].child("scopes").mapping.keys()
        for name, flow in old.children("flows")
    )


def scheme_renames(comparison: SecurityComparison) -> Iterator[Change]:
    """The schemes that have another name and the same content."""
    for old, name in comparison.renamed.items():
        what = f"the scheme `{name}` was named `{old}`"
        yield changed("security-scheme-renamed", "both", f"/components/securitySchemes/{name}", what)
