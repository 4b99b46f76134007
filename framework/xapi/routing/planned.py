"""What all routes of xapi share: attributes, an operation that is described from them, and its plans."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import ref

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from xapi.identity import identity, reference
from xapi.instrumentation import observes_routes
from xapi.operation.templates import path_names
from xapi.overrides import REPLACED, AppWideLayer, Dependency, Layer
from xapi.routing.attributes import UNSAID, RouteAttributes

if TYPE_CHECKING:
    from xapi.operation.dependant import Dependant
    from xapi.operation.model import Operation, Signature
    from xapi.pipeline.plan import Plan

Runner = Callable[[Scope, Receive, Send], Awaitable[None]]

_MOST_PLANS = 32
"""How many sets of overrides one route keeps plans for."""
_FORGOTTEN: dict[str, Any] = {
    "_operation": None,
    "_plan": None,
    "_plain_runner": None,
    "_plain_responder": None,
    "compiled_runner": None,
    "_replaceable": None,
    "_recent": None,
}
"""What a route has that was made of its attributes, before it is made."""
_RUNNER = "xapi.runner"
"""The scope's key for what answers, where something was put around `app` or `handle` of a route."""


class PlannedRoute(RouteAttributes, BaseRoute):
    """What the routes of operations and of WebSockets have in common: an operation, and its plans."""

    below_operations: ClassVar[bool] = False
    """Whether the route is asked only where no other one answers."""

    _handler: Callable[[Request], Awaitable[Response]] | None
    _operation: Operation | None
    _dependant: Dependant | None
    _signature: Signature | None
    _plan: Plan | None
    _plain_runner: Runner | None
    _plain_responder: Callable[[Request], Awaitable[Response]] | None
    compiled_runner: Runner | None
    _overridden: dict[Hashable, Runner]
    _recent: tuple[ref[Layer], dict[Hashable, Runner], Runner] | None
    """The last layer of replacements, what was known then, and what serves with it."""
    _replaceable: Mapping[Hashable, Dependency] | None
    _compiling: RLock

    def __eq__(self, other: object) -> bool:
        """Whether it is the same route: one of the same path and endpoint may have other dependencies."""
        return self is other

    __hash__ = object.__hash__

    def start(self) -> None:
        vars(self)["_compiling"] = RLock()
        vars(self).update(_handler=None, _dependant=None, _signature=None)
        self._forget()

    def outdated(self) -> None:
        if self._operation is not None:
            self._forget()

    def _forget(self) -> None:
        vars(self).update(_FORGOTTEN, _overridden={})

    # The operation

    @property
    def operation(self) -> Operation:
        """What the attributes say, as it is documented and done; described anew where they have changed.

        Raises DeclarationError for what cannot work.
        """
        if self._operation is None:
            self._operation = self.described()
        return self._operation

    @operation.setter
    def operation(self, operation: Operation) -> None:
        """Serve another description of the operation, until an attribute of the route changes."""
        self._forget()
        self._operation = operation

    def described(self) -> Operation:
        """Describe the operation."""
        raise NotImplementedError

    def own_signature(self) -> Signature:
        """What the endpoint asks for, as it was when the route came to where it is: whoever makes several
        operations of one function rewrites its signature in between.
        """
        from xapi.operation.reading import read

        if self._signature is None:
            self._signature = read(self.endpoint, path_names(self.path_format))
        return self._signature

    def read_anew(self) -> None:
        """Read the endpoint's signature again when it is next needed."""
        vars(self)["_signature"] = None
        self.outdated()

    @property
    def replaceable(self) -> Mapping[Hashable, Dependency]:
        """What the operation depends on, by identity."""
        if self._replaceable is None:
            self._replaceable = {
                identity(signature.call): signature.call
                for dependency in self.operation.endpoint.dependencies
                for signature in dependency.signature.walk()
            }
        return self._replaceable

    @property
    def dependant(self) -> Dependant:
        """What the endpoint and its dependencies ask for. What is changed there is what runs."""
        from xapi.operation.dependant import Dependant

        operation = self.operation
        if self._dependant is None:
            self._dependant = Dependant.of(operation.endpoint, self.path_format)
            self._dependant.tell(self._dependant_changed)
        return self._dependant

    @dependant.setter
    def dependant(self, dependant: Dependant) -> None:
        from xapi.operation.dependant import check_dependant

        signature = self.operation.endpoint
        self._dependant = check_dependant(dependant)
        dependant.adopt(signature)
        dependant.tell(self._dependant_changed)
        self._dependant_changed()

    def _dependant_changed(self) -> None:
        self._tell("dependant", None)

    def edited(self, signature: Signature) -> Signature:
        """The signature with what was done to `dependant`, here and on the route that this is a copy of."""
        if self._origin is not None:
            signature = self._origin.with_edits(signature, self.path)
        if self._dependant is None:
            return signature
        return self._dependant.reloaded(signature, self.path)

    def with_edits(self, signature: Signature, path: str) -> Signature:
        """What was read for a copy of this route, on `path`, with what was done to `dependant` here."""
        if self._origin is not None:
            signature = self._origin.with_edits(signature, path)
        if self._dependant is None or self.operation is None:
            return signature
        return self._dependant.edits_on(signature, path)

    # Running it

    def runner(self) -> Runner:
        """The ASGI application that serves the operation, compiled on first use."""
        runner = self.compiled_runner
        if runner is None:
            from xapi.pipeline.plan import make_plan

            with self._compiling:
                runner = self.compiled_runner
                if runner is None:
                    plan = make_plan(self.operation, Layer())
                    self._plan, self._plain_runner = plan, self.compiled(plan)
                    runner = self.compiled_runner = self._entered(self._plain_runner)
        return runner

    def overridden_runner(self, replaced: Layer, scope: Scope) -> Runner:
        """The same with dependencies replaced; what replaces them is noted in the scope."""
        recent = self._recent
        if recent is not None and recent[0]() is replaced and recent[1] is self._overridden:
            scope[REPLACED] = replaced
            return recent[2]
        if self.replaceable.keys().isdisjoint(replaced):
            return self.runner()
        scope[REPLACED] = replaced
        known, key = self._overridden, self._key(replaced)
        runner = known.get(key)
        if runner is None:
            with self._compiling:
                runner = self._overridden.get(key)
                if runner is None:
                    if len(self._overridden) >= _MOST_PLANS:
                        del self._overridden[next(iter(self._overridden))]
                    runner = self._overridden[key] = self._entered(self._planned(replaced))
        self._recent = ref(replaced), known, runner
        return runner

    def _key(self, replaced: Layer) -> Hashable:
        """What the compiled code depends on: what is replaced, and how the replacements are called.

        Which they are matters only where one has parameters, and so perhaps dependencies that are replaced in
        their turn, or is used in several places, where it is called once.
        """
        key = []
        functions = []
        for original in self.replaceable:
            replacement = replaced.get(original)
            if replacement is None:
                continue
            key.append((original, replacement.shape))
            if type(replacement.shape) is int:
                functions.append(identity(replacement.call))
            elif not replacement.is_value:
                return _exact(replaced)
        if functions and (
            len(set(functions)) < len(functions) or not self.replaceable.keys().isdisjoint(functions)
        ):
            return _exact(replaced)
        return tuple(key)

    def _planned(self, replaced: Layer) -> Runner:
        from xapi.pipeline.plan import make_plan

        plan = make_plan(self.operation, replaced)
        self.runner()
        if self.has_own_answering and all(step.is_value for step in plan.calls if step.replaced is not None):
            from xapi.pipeline.value_overrides import with_values

            assert self._plan is not None
            assert self._plain_runner is not None
            return with_values(self._plain_runner, self._plan, plan) or self.compiled(plan)
        return self.compiled(plan)

    @property
    def has_own_answering(self) -> bool:
        """Whether nothing but the operation answers."""
        return True

    def compiled(self, plan: Plan) -> Runner:
        """Compile a plan of the operation."""
        from xapi.pipeline.codegen.operation import compile_plan

        return compile_plan(plan)

    # What is entered

    @property
    def has_own_handle(self) -> bool:
        """Whether `handle` is somebody else's: it then takes all methods."""
        return "handle" in vars(self) or type(self).handle is not PlannedRoute.handle

    @property
    def _is_observed(self) -> bool:
        return isinstance(self, Route) and observes_routes()

    def _entered(self, runner: Runner) -> Runner:
        """`runner`, by way of what was put into the place of `handle` or `app`."""
        if "app" not in vars(self) and not self.has_own_handle and not self._is_observed:
            return runner

        async def enter(scope: Scope, receive: Receive, send: Send) -> None:
            scope[_RUNNER] = runner
            await self.handle(scope, receive, send)

        return enter

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as an ASGI application, whatever the method."""
        runner: Runner | None = scope.get(_RUNNER)
        if runner is None:
            runner = self._runner_by_itself(scope)
        await runner(scope, receive, send)

    def _runner_by_itself(self, scope: Scope) -> Runner:
        """What answers where no router of xapi has chosen the route: its own provider says the overrides."""
        provider = None if self.own_provider is UNSAID else self.own_provider
        if provider is not None and provider.dependency_overrides:
            return self.overridden_runner(AppWideLayer().of(provider.dependency_overrides), scope)
        self.runner()
        assert self._plain_runner is not None
        return self._plain_runner

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether it is for a request, and what the scope then has; the route, too, as in an app."""
        match, additions = super().matches(scope)
        return match, additions if match is Match.NONE else {"route": self, **additions}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, if the method is one of the route's."""
        if isinstance(self, Route) and self._is_observed:
            await Route.handle(self, scope, receive, send)
            return
        methods = getattr(self, "methods", None)
        if methods is not None and scope["method"] not in methods:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(methods))})
        await self.app(scope, receive, send)


def _exact(replaced: Layer) -> Hashable:
    return tuple(
        (
            reference(replacement.original),
            replacement.shape if replacement.is_value else reference(replacement.call),
        )
        for replacement in replaced.values()
    )
