"""A signature as other frameworks' tools read and change it: `route.dependant`, with its lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import wraps
from inspect import isawaitable
from typing import Any

from xapi.changes import Changeable
from xapi.concurrency import ConcurrencyLimit
from xapi.exceptions import DeclarationError
from xapi.identity import identity
from xapi.operation.arguments import CallKind, call_kind
from xapi.operation.model import BodyField, Dependency, Injected, Parameter, Signature
from xapi.operation.reading import read
from xapi.operation.templates import path_names
from xapi.operation.views import ParameterView, view_of
from xapi.params import DependencyScope

_FIELDS = {
    "path_params": "path",
    "query_params": "query",
    "header_params": "header",
    "cookie_params": "cookie",
    "body_params": "body",
}
"""The lists of values, and where each is read from."""
INJECTED = {
    "request_param_name": Injected.REQUEST,
    "websocket_param_name": Injected.WEBSOCKET,
    "http_connection_param_name": Injected.CONNECTION,
    "response_param_name": Injected.RESPONSE,
    "background_tasks_param_name": Injected.BACKGROUND_TASKS,
    "security_scopes_param_name": Injected.SECURITY_SCOPES,
}
"""The attributes with the names of arguments that are injected by type, and what these get."""
_VALUES = (*INJECTED, "call", "name", "use_cache", "scope", "own_oauth_scopes", "concurrency")
_LISTS = (*_FIELDS, "dependencies")


@dataclass
class Edits:
    """What was done to a dependant after it was read."""

    values: dict[str, Any] = field(default_factory=dict)
    removed: dict[str, list[Any]] = field(default_factory=dict)
    """By list, the keys of what is no more in it."""
    added: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    """By list, what came to it, and where."""
    below: dict[Any, Edits] = field(default_factory=dict)
    """What was done to dependencies that are still there, by key."""

    def __bool__(self) -> bool:
        return bool(self.values or self.removed or self.added or self.below)


class Dependant(Changeable):
    """What a callable asks for, and what its dependencies ask for. What is changed here is what runs."""

    observed = frozenset((*_VALUES, *_LISTS, "path", "parent_oauth_scopes"))
    call: Callable[..., Any] | None
    name: str | None
    """The argument that receives the result; None for the endpoint and where only the call matters."""
    path: str | None
    use_cache: bool
    scope: DependencyScope | None
    own_oauth_scopes: list[str] | None
    """The scopes that it is asked for with; None for the endpoint."""
    parent_oauth_scopes: list[str] | None
    """The scopes of all that asks for it."""
    concurrency: ConcurrencyLimit | None
    path_params: list[ParameterView]
    query_params: list[ParameterView]
    header_params: list[ParameterView]
    cookie_params: list[ParameterView]
    body_params: list[ParameterView]
    request_param_name: str | None
    websocket_param_name: str | None
    http_connection_param_name: str | None
    response_param_name: str | None
    background_tasks_param_name: str | None
    security_scopes_param_name: str | None

    def __init__(self, **values: Any) -> None:
        """Takes its attributes as keywords; lists are empty where they are left out."""
        if unknown := values.keys() - self.observed:
            raise TypeError(f"Dependant() takes no keyword {', '.join(sorted(unknown))}")
        self._start(None)
        for name in self.observed:
            default: Any = [] if name in _LISTS else name == "use_cache" or None
            self.hold(name, values.get(name, default))
        self._read_values = dict.fromkeys(_VALUES)

    @classmethod
    def of(cls, signature: Signature, path: str | None, use: Dependency | None = None) -> Dependant:
        """A signature that was read: of an endpoint, or of what is depended on by `use`."""
        self = object.__new__(cls)
        self._start(use)
        self.hold("path", path)
        self.hold("parent_oauth_scopes", None)
        self._load(signature)
        return self

    def _start(self, use: Dependency | None) -> None:
        self._use = use
        self._read: Signature | None = None
        self._read_lists: dict[str, list[Any]] = {}
        self._signature: Signature | None = None
        self._told: list[Callable[[], None]] = []

    def _load(self, signature: Signature) -> None:
        """Become what `signature` says. Lists stay the objects that they are."""
        self._base_on(signature)
        for name, value in self._read_values.items():
            self.hold(name, value)
        if "dependencies" in vars(self):
            self._read_lists["dependencies"] = self._below(signature)
        for name, views in self._read_lists.items():
            self.refill(name, list(views))

    def _base_on(self, signature: Signature) -> None:
        """Take `signature` as what was read, of which all that differs was done by hand."""
        self._read, self._signature, use = signature, None, self._use
        injected = {kind: argument for argument, kind in reversed(signature.injected)}
        names: dict[str, Any] = {name: injected.get(kind) for name, kind in INJECTED.items()}
        self._read_values = {
            **names,
            "call": signature.call,
            "name": use and use.argument,
            "use_cache": use is None or use.use_cache,
            "scope": use and use.scope,
            "own_oauth_scopes": list(use.security_scopes) if use else None,
            "concurrency": use and use.limit,
        }
        self._read_lists = {name: [] for name in _FIELDS}
        items: tuple[Parameter | BodyField, ...] = (*signature.parameters, *signature.body)
        for item in items:
            location = item.location if isinstance(item, Parameter) else "body"
            self._read_lists[f"{location}_params"].append(view_of(item))

    def adopt(self, signature: Signature) -> None:
        """Stand where `signature` was read: what is otherwise here was done by hand."""
        self._base_on(signature)
        self._read_lists["dependencies"] = self._below(signature)
        for name, views in self._read_lists.items():
            mine = vars(self)[name] if name in _FIELDS else self.dependencies
            views[:] = [next((own for own in mine if _is_same_item(own, view)), view) for view in views]

    @property
    def dependencies(self) -> list[Dependant]:
        """The dependants of what this one depends on, in order of their calls."""
        if "dependencies" not in vars(self):
            assert self._read is not None
            self._read_lists["dependencies"] = self._below(self._read)
            self.hold("dependencies", list(self._read_lists["dependencies"]))
            self._watch()
        known: list[Dependant] = vars(self)["dependencies"]
        return known

    def _below(self, signature: Signature) -> list[Dependant]:
        below = [Dependant.of(use.signature, self.path, use) for use in signature.dependencies]
        for dependant in below:
            dependant.hold(
                "parent_oauth_scopes", [*(self.parent_oauth_scopes or ()), *(self.own_oauth_scopes or ())]
            )
        return below

    # Changes

    def tell(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever something is changed here, or below."""
        if changed not in self._told:
            self._told.append(changed)

    def changed(self, name: str = "", before: Any = None) -> None:
        self._check(name)
        self._signature = None
        if name == "dependencies":
            if name not in self._read_lists and self._read is not None:  # set before anybody had asked for it
                self._read_lists[name] = self._below(self._read)
            self._watch()
        for told in self._told:
            told()

    def _watch(self) -> None:
        for dependency in vars(self)["dependencies"]:
            dependency.tell(self.changed)

    def _check(self, name: str) -> None:
        if name in ("path", "parent_oauth_scopes"):
            raise DeclarationError(f"dependant.{name} describes its location, and cannot be changed")
        kind = Dependant if name == "dependencies" else ParameterView if name in _FIELDS else object
        for item in vars(self).get(name) or () if kind is not object else ():
            if not isinstance(item, kind):
                raise DeclarationError(
                    f"dependant.{name} got {item!r}, which is not a {kind.__name__} of xapi "
                    "and would have no effect"
                )

    def edits(self) -> Edits:
        """What was done to it since it was read."""
        values = {name: vars(self)[name] for name in _VALUES}
        done = Edits(
            {name: now for name, now in values.items() if not _is_same(now, self._read_values[name])}
        )
        for name, was in self._read_lists.items():
            now = vars(self)[name]
            if removed := [_key(item) for item in was if not any(item is other for other in now)]:
                done.removed[name] = removed
            if added := [
                (at, item) for at, item in enumerate(now) if not any(item is other for other in was)
            ]:
                done.added[name] = added
        for dependency in self._read_lists.get("dependencies", ()):
            if below := dependency.edits():
                done.below[_key(dependency)] = below
        return done

    def _apply(self, done: Edits, names: AbstractSet[str]) -> None:
        """Do what was done to another dependant, on a path with the parameters `names`."""
        for name, value in done.values.items():
            self.hold(name, value)
        if done.removed.keys() | done.added.keys() | done.below.keys():
            self.dependencies  # noqa: B018  they are made here
        for name in {**done.removed, **done.added}:
            gone = done.removed.get(name, ())
            items = [item for item in vars(self)[name] if _key(item) not in gone]
            for at, item in done.added.get(name, ()):
                items.insert(at, item.on_path(names) if isinstance(item, Dependant) else item)
            self.refill(name, items)
        for dependency in self.dependencies if done.below else ():
            if below := done.below.get(_key(dependency)):
                dependency._apply(below, names)
        self._signature = None
        self._watch() if "dependencies" in vars(self) else None

    def reloaded(self, signature: Signature, path: str) -> Signature:
        """What this one says when `signature` was read for `path` in the place of what was read before."""
        if signature is not self._read:
            done = self.edits()
            if self._read is not None and self._read.call is not signature.call:
                done.values.pop("call", None)  # another endpoint was set, and nobody has wrapped it
            self._load(signature)
            self.hold("path", path)
            self._apply(done, path_names(path))
        return self.signature

    def edits_on(self, signature: Signature, path: str) -> Signature:
        """`signature`, which was read for `path`, with what was done to this one."""
        done = self.edits()
        if not done:
            return signature
        copied = Dependant.of(signature, path)
        copied._apply(done, path_names(path))
        return copied.signature

    def on_path(self, names: AbstractSet[str]) -> Dependant:
        """This one as it is on a path with the parameters `names`: read again, unless it was changed."""
        if self._read is None or self.edits():
            return self
        signature = read(self._read.call, names)
        use = self._use and self._use.but(signature=signature)
        return Dependant.of(signature, self.path, use)

    # What runs

    @property
    def signature(self) -> Signature:
        """What it says now."""
        if self._signature is None:
            self._signature = self._read if self._read is not None and not self.edits() else self._build()
        return self._signature

    def _build(self) -> Signature:
        call = self.call
        if call is None:
            raise DeclarationError("a Dependant has no call: set it to the function that is to run")
        call, kind = _adapted(call, None if self._read is None else self._read.kind)
        items = [view.item for name in _FIELDS for view in vars(self)[name]]
        known = () if self._read is None else (*self._read.parameters, *self._read.body)
        items.sort(key=lambda item: next((at for at, other in enumerate(known) if other is item), len(known)))
        return Signature(
            call=call,
            kind=kind,
            parameters=tuple(item for item in items if isinstance(item, Parameter)),
            body=tuple(item for item in items if isinstance(item, BodyField)),
            dependencies=tuple(dependency.used() for dependency in self.dependencies),
            injected=tuple(self._injected()),
        )

    def used(self) -> Dependency:
        """This one as what another depends on."""
        signature = self.signature
        if self._use is not None and signature is self._use.signature and not self.edits().values:
            return self._use
        return Dependency(
            argument=self.name,
            signature=signature,
            use_cache=self.use_cache,
            scope=self.scope,
            security_scopes=tuple(self.own_oauth_scopes or ()),
            responses={} if self._use is None else self._use.responses,
            limit=self.concurrency,
        )

    def _injected(self) -> Iterator[tuple[str, Injected]]:
        injected = () if self._read is None else self._read.injected
        for name, kind in INJECTED.items():
            read_here = [argument for argument, found in injected if found is kind]
            if (now := vars(self)[name]) is not None:
                yield now, kind
            if read_here and now == read_here[0]:
                yield from ((argument, kind) for argument in read_here[1:])


def check_dependant(dependant: Any) -> Dependant:
    """Refuse what is set as a dependant and is none of ours."""
    if not isinstance(dependant, Dependant):
        raise DeclarationError(f"route.dependant got {dependant!r}, which is not a Dependant of xapi's")
    return dependant


def _key(item: Any) -> Any:
    """What stands for an item of a list when the list is read again."""
    if isinstance(item, Dependant):
        return identity(item._read_values["call"]), item._read_values["name"]
    return item.name


def _is_same_item(one: Any, other: Any) -> bool:
    if isinstance(one, Dependant):
        return one._read is other._read and one.name == other.name
    return one.item is other.item


def _is_same(now: Any, was: Any) -> bool:
    return now is was or (isinstance(now, str | bool | list) and now == was)


def _adapted(call: Callable[..., Any], was: CallKind | None) -> tuple[Callable[..., Any], CallKind]:
    """A call that was set, and how to run it: as what it wraps, where it does not say it itself."""
    kind = call_kind(call)
    if kind is not CallKind.SYNC or was in (None, CallKind.SYNC):
        return call, kind
    if was is not CallKind.ASYNC:
        return call, was

    @wraps(call)
    async def awaited(**arguments: Any) -> Any:
        result = call(**arguments)
        return await result if isawaitable(result) else result

    return awaited, CallKind.ASYNC
