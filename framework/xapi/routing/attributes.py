"""The options of a route as attributes that may be changed at any time, on the route and on its copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from re import Pattern
from typing import Any, ClassVar, Protocol, Self, cast

from starlette.convertors import CONVERTOR_TYPES
from starlette.routing import compile_path

from xapi.changes import Changeable, ObservedDict, ObservedList, followed, plain
from xapi.exceptions import DeclarationError
from xapi.keywords import caller, said
from xapi.operation.arguments import place
from xapi.operation.limits import check_limits
from xapi.operation.options import (
    DEFAULTS,
    INNERMOST,
    LISTS,
    Inherited,
    as_list,
    check_keywords,
    innermost,
)
from xapi.operation.templates import PATH_NAME
from xapi.routing.views import Derived

_NOTHING = Inherited()
UNSAID: Any = object()
"""Stands for a provider of overrides that nobody has set on a route: that of its router counts."""
_COMPILED = ("path_regex", "path_format", "param_convertors")
"""What follows from the path, in the order of `compile_path`."""
_WAYS = ("app", "handle", "matches", "get_route_handler")
"""Methods that can be replaced by setting an attribute."""


class Home(Protocol):
    """The router where a route is declared, or the inclusion that has put it where it is."""

    @property
    def inherited(self) -> Inherited:
        """What lies around the routes that are declared, or included, here."""


class Listing(Protocol):
    """A router that has a route among its own."""

    dependency_overrides_provider: Any

    def route_changed(self, route: Any, name: str, before: Any, after: Any) -> None:
        """Hear that an attribute of a route has changed."""


class RouteAttributes(Changeable):
    """The attributes of a route: what its decorator says, and what it inherits.

    A copy, in a router that includes another, follows its original; both follow what lies around them. Of
    that nothing is taken away from a route which has it already (see `Inherited.changed_to`).
    """

    option_names: ClassVar[tuple[str, ...]] = ()
    """The options of operations that routes of this kind have."""
    _defaults: ClassVar[dict[str, Any]] = {}
    _containers: ClassVar[frozenset[str]] = frozenset()
    _inner: ClassVar[frozenset[str]] = frozenset()
    """Those of which counts what is said furthest in."""
    _origin: Self | None
    """The route that this one is a copy of."""
    _home: Home | None
    _inherited: Inherited
    _said: dict[str, Any]
    """Of what counts furthest in, what was said on this route itself."""
    _listed: list[Listing]
    """The routers that have it among their routes."""
    own_provider: Any = UNSAID
    """What has the `dependency_overrides` that count for this route, whatever router it is in."""
    has_own_regex: bool
    """Whether what is matched was set, so that it does not follow from the path."""
    path: str
    endpoint: Callable[..., Any]
    name: str

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = ("path", "endpoint", "name", "methods", "unique_id")
        cls.observed = frozenset((*cls.option_names, *_COMPILED, *_WAYS, *own))
        cls._defaults = {name: DEFAULTS[name] for name in cls.option_names}
        cls._containers = frozenset((*LISTS, "responses", "form_limits")) & cls._defaults.keys()
        cls._inner = frozenset((*INNERMOST, "form_limits")) & cls._defaults.keys()

    def declare(self, path: str, endpoint: Callable[..., Any], given: Mapping[str, Any]) -> None:
        """Begin as a decorator says; what lies around is told later, by `settle`."""
        given = said(given)
        if not given.keys() <= DEFAULTS.keys():
            check_keywords(given, f"{place(endpoint)}, on {path!r}")
        self._begin(path, endpoint, given)
        own = {name: given[name] for name in self._inner & given.keys() if given[name] is not None}
        vars(self)["_said"] = own

    def _begin(self, path: str, endpoint: Callable[..., Any], values: Mapping[str, Any]) -> None:
        self.start()
        mine = vars(self)
        mine.update(self._defaults, _origin=None, _home=None, _inherited=_NOTHING, _listed=[])
        for name, value in values.items():
            self.hold(name, value)
        for name in self._containers - values.keys():
            mine[name] = (ObservedList if name in LISTS else ObservedDict)().held_by(self, name)
        mine["name"] = values.get("name") or getattr(endpoint, "__name__", type(endpoint).__name__)
        mine["path"], mine["endpoint"] = path, endpoint
        self._compile_path()

    def settle(self, home: Home) -> None:
        """Be declared in a router: take what counts if the route itself says nothing."""
        around = home.inherited
        vars(self).update(_home=home, _inherited=around)
        for name in self._inner:
            if getattr(around, INNERMOST.get(name, name)) not in (None, {}):
                self.refill(name, self._inner_value(name))

    def included(self, home: Home) -> Self:
        """A copy, that lies where `home` is."""
        if self.has_own_regex:
            self._refuse_regex()
        copy = object.__new__(type(self))
        around = home.inherited
        values = around.added_to({name: vars(self)[name] for name in self.option_names})
        if "methods" in vars(self):
            values["methods"] = vars(self)["methods"]
        values.update({name: vars(self)[name] for name in (*_WAYS, "unique_id") if name in vars(self)})
        values["name"] = self.name
        copy._begin(around.prefix + self.path, self.endpoint, values)
        vars(copy).update(_origin=self, _said={})
        copy.settle(home)
        return copy

    def __copy__(self) -> Self:
        """A route of its own, which follows nobody."""
        copy = object.__new__(type(self))
        vars(copy).update(vars(self))
        values = {name: vars(self)[name] for name in self.observed & vars(self).keys()}
        copy._begin(self.path, self.endpoint, values)
        copy._said = {name: values[name] for name in self._inner}
        copy.has_own_regex = self.has_own_regex
        vars(copy).update({part: values[part] for part in _COMPILED if part in values})
        return copy

    def __deepcopy__(self, memo: Any) -> Self:
        return self.__copy__()

    def __getattr__(self, name: str) -> Any:
        """What others have put on the original, a copy has too."""
        origin = vars(self).get("_origin")
        if origin is None or name.startswith("__"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(origin, name)

    # Changes

    def changed(self, name: str, before: Any) -> None:
        value = vars(self).get(name)
        check_limits({name: value})
        if name == "path":
            self._compile_path()
        elif name in _COMPILED:
            self.has_own_regex = any(
                getattr(self, part) != compiled
                for part, compiled in zip(_COMPILED, compile_path(self.path), strict=True)
            )
        if name in INNERMOST or name == "form_limits":
            self._said[name] = plain(value)
        self._tell(name, before)

    def follow(self, name: str, before: Any, after: Any) -> None:
        """Do what was done to the original: its attribute `name` is `after`, and was `before`."""
        mine = vars(self).get(name)
        if name == "path":
            self._take(name, self._inherited.prefix + after)
        elif name in _COMPILED:
            if self._origin is not None and self._origin.has_own_regex:
                self._refuse_regex()
        elif name in LISTS:
            self._take(name, followed(mine or (), before, after))
        elif name == "responses":
            kept = {key: value for key, value in (mine or {}).items() if key in after or key not in before}
            self._take(name, {**kept, **_changes(before, after)})
        elif name in self._inner:
            self._take(name, self._inner_value(name))
        elif name == "dependant":
            self._tell(name, None)
        elif name == "deprecated":
            self._take(name, after or self._inherited.deprecated)
        elif name == "include_in_schema":
            self._take(name, after and self._inherited.include_in_schema)
        else:
            self._take(name, after)

    def inherit(self) -> None:
        """Take over what has changed around this route."""
        assert self._home is not None
        before, now = self._inherited, self._inherited.changed_to(self._home.inherited)
        self._inherited = now
        for name in LISTS:
            if name in self._defaults:
                mine = vars(self)[name]
                self._take(name, followed(mine, getattr(before, name), getattr(now, name), in_front=True))
        for name in self._inner:
            self._take(name, self._inner_value(name))
        if "responses" in self._defaults:
            mine = vars(self)["responses"]
            changes = _changes(before.responses, now.responses)
            own = {key for key in mine if mine[key] is not before.responses.get(key)}
            self._take("responses", {**mine, **{key: changes[key] for key in changes if key not in own}})
            self._take("deprecated", vars(self)["deprecated"] or now.deprecated)
            self._take("include_in_schema", vars(self)["include_in_schema"] and now.include_in_schema)

    def _take(self, name: str, value: Any) -> None:
        """Set what follows from a change elsewhere, and tell of it."""
        before = plain(vars(self).get(name))
        if value is before or (isinstance(value, list | dict) and _is_alike(value, before)):
            return
        if value is None and name in _WAYS:
            del vars(self)[name]
        else:
            self.refill(name, value)
        if name == "path":
            self._compile_path()
        self._tell(name, before)

    def _tell(self, name: str, before: Any) -> None:
        if name in ("path", "endpoint", *_COMPILED):
            self.read_anew()
        self.outdated()
        for router in tuple(self._listed):
            router.route_changed(self, name, before, vars(self).get(name))

    # Where it is

    def is_at_home_in(self, router: Any) -> bool:
        """Whether it was declared in `router`, or copied into it, so that what `router` says holds for it."""
        return self._home is router or getattr(self._home, "parent", None) is router

    def is_copy_by(self, home: Home, original: Any) -> bool:
        """Whether an inclusion has made it of `original`."""
        return self._home is home and self._origin is original

    def is_listed_in(self, router: Listing) -> bool:
        return any(known is router for known in self._listed)

    def listed_in(self, router: Listing) -> None:
        """Tell `router`, which has this route among its own, of changes."""
        self._listed.append(router)

    def unlisted(self, router: Listing) -> None:
        """Tell `router` no more."""
        self._listed = [known for known in self._listed if known is not router]

    @property
    def dependency_overrides_provider(self) -> Any:
        """The app that the route is served by, or whatever somebody has set in its place."""
        if self.own_provider is not UNSAID:
            return self.own_provider
        return next((router.dependency_overrides_provider for router in self._listed), None)

    @dependency_overrides_provider.setter
    def dependency_overrides_provider(self, provider: Any) -> None:
        vars(self)["own_provider"] = provider

    def start(self) -> None:
        """Begin with nothing planned."""
        raise NotImplementedError

    def read_anew(self) -> None:
        """Forget what the endpoint asks for."""
        raise NotImplementedError

    def outdated(self) -> None:
        """Forget what was made of the attributes: they have changed."""
        raise NotImplementedError

    # Values

    def hold(self, name: str, value: Any) -> None:
        if value is not vars(self).get(name):
            if name in LISTS:
                value = as_list(name, value)
            elif name in ("responses", "form_limits"):
                value = {**(value or {})}
            elif name == "methods":
                value = {method.upper() for method in as_list(name, value)}
            elif name == "status_code" and value is not None:
                value = _status_code(value)
        super().hold(name, value)

    def _inner_value(self, name: str) -> Any:
        """What counts where it is said furthest in: here, where this was copied from, or around it."""
        origin = None if self._origin is None else vars(self._origin)[name]
        if name == "form_limits":
            return {**self._inherited.form_limits, **(origin or {}), **self._said.get(name, {})}
        said = innermost(self._said.get(name), origin)
        return innermost(said, getattr(self._inherited, INNERMOST[name]))

    @Derived
    def path_regex(self) -> Pattern[str]:
        """What matches the whole path, if nobody has set another one."""
        if "path_regex" not in vars(self):
            vars(self)["path_regex"] = compile_path(self.path)[0]
        return cast("Pattern[str]", vars(self)["path_regex"])

    def _compile_path(self) -> None:
        names = PATH_NAME.findall(self.path)
        if ":" not in self.path and len(set(names)) == len(names):
            # The regular expression is seldom asked for: requests find their routes without it.
            vars(self).pop("path_regex", None)
            template, convertors = self.path, dict.fromkeys(names, CONVERTOR_TYPES["str"])
        else:
            vars(self)["path_regex"], template, convertors = compile_path(self.path)
        vars(self).update(path_format=template, param_convertors=convertors, has_own_regex=False)

    def _refuse_regex(self) -> None:
        raise DeclarationError(
            f"{place(self.endpoint)}: path_regex, path_format or param_convertors were set on a route that "
            "is included elsewhere, where they cannot hold: set route.path, from which they follow"
        )


def _changes(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in after.items() if key not in before or before[key] is not value}


def _is_alike(value: Any, before: Any) -> bool:
    """Whether two containers have the same items in the same order."""
    if type(value) is not type(before) or len(value) != len(before):
        return False
    if isinstance(value, dict):
        return list(value) == list(before) and all(value[key] is before[key] for key in value)
    return all(one is other for one, other in zip(value, before, strict=True))


def _status_code(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise DeclarationError(f"{caller()}: status_code={value!r} is not a number, such as 201") from error
