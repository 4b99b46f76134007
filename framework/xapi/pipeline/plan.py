"""The steps of a request to an operation, in order: decided once, before the first request.

The tree of dependencies is flattened into a list of calls. Each call has a number, under which others find
its result; a dependency that is used again finds it there too.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Sequence
from functools import cached_property

from xapi.concurrency import ConcurrencyLimit
from xapi.exceptions import DeclarationError
from xapi.identity import identity
from xapi.operation.arguments import CallKind, place
from xapi.operation.model import Dependency, Injected, Operation, Signature
from xapi.operation.reading import read
from xapi.overrides import Layer, Replacement
from xapi.params import DependencyScope
from xapi.records import Record


class Step(Record):
    """One call: a dependency, or at last the endpoint."""

    number: int
    signature: Signature
    results: tuple[tuple[str, int], ...]
    """The arguments that are results of other steps, and the numbers of those."""
    scopes: tuple[str, ...]
    """The OAuth2 scopes that hold here, outermost first."""
    exit: DependencyScope
    """When what follows its `yield` runs, if it yields."""
    begins: int
    """The place in the plan where the first of the steps below it stands."""
    fallible_below: bool
    """Whether a step below it reads values that may be wrong."""
    limit: ConcurrencyLimit | None = None
    replaced: Callable[..., object] | None = None
    """The dependency in whose place it stands. What is called is then looked up for each request."""
    is_value: bool = False
    """Whether it stands for a value, and nothing is called."""

    @property
    def reads(self) -> bool:
        """Whether this call reads values that may be wrong."""
        return bool(self.signature.parameters or self.signature.body)

    @property
    def fallible(self) -> bool:
        return self.fallible_below or self.reads


class Repeat(Record):
    """One more use of a step's result. If its values were wrong, they are reported again."""

    number: int
    whole: bool
    """Whether what was wrong below it is reported again as well; else there are steps for that."""


class Plan(Record):
    """The steps for one operation; the last one is the endpoint."""

    operation: Operation
    steps: tuple[Step | Repeat, ...]

    @cached_property
    def calls(self) -> Sequence[Step]:
        return [step for step in self.steps if isinstance(step, Step)]

    @property
    def endpoint(self) -> Step:
        last = self.steps[-1]
        assert isinstance(last, Step)
        return last

    def injects(self, kind: Injected) -> bool:
        return kind in self._injected

    @cached_property
    def _injected(self) -> frozenset[Injected]:
        websocket = not self.operation.methods
        return frozenset(
            kind for step in self.calls for _, kind in step.signature.injected_in(websocket=websocket)
        )

    @property
    def holds_open(self) -> bool:
        """Whether something is still open when the answer begins: a generator, or the files of a form."""
        form = self.operation.body is not None and self.operation.body.form
        return form or self.endpoint.signature.kind.yields or self.exits("request")

    def exits(self, scope: DependencyScope) -> bool:
        """Whether some dependency has something to do after its `yield`, at the end of this scope."""
        return scope in self._exits

    @cached_property
    def _exits(self) -> frozenset[DependencyScope]:
        return frozenset(
            step.exit for step in self.calls if step.signature.kind.yields and step is not self.endpoint
        )


def make_plan(operation: Operation, replaced: Layer) -> Plan:
    """Plan `operation`, with dependencies replaced as `replaced` says."""
    return Plan(operation, tuple(_Planner(operation, replaced).steps))


class _Trace:
    """What a step depends on beside its callable: what was found when the steps below it were added."""

    def __init__(self, scoped: bool) -> None:
        self.asked: set[Hashable] = set()
        """The replaced dependencies that were looked up."""
        self.original: set[Hashable] = set()
        """Those of them that stayed what they are, inside their replacement."""
        self.scoped = scoped
        """Whether OAuth2 scopes matter: it, or something below it, asks for them or adds some."""
        self.repeatable = True
        """Whether nothing below it is called again for each use."""

    def add(self, inner: _Trace, dependency: Dependency) -> None:
        self.asked |= inner.asked
        self.original |= inner.original
        self.scoped = self.scoped or inner.scoped or bool(dependency.security_scopes)
        self.repeatable = self.repeatable and inner.repeatable and dependency.use_cache


_Task = Generator["_Task", int, int]
"""Something that adds steps; it yields what has to be added first, and gets the number of its step."""


def _run(task: _Task) -> int:
    """Run a task and those that it needs: a chain of them may be longer than Python's stack."""
    stack, number = [task], None
    while True:
        try:
            inner = stack[-1].send(number)  # type: ignore[arg-type]
        except StopIteration as ended:
            stack.pop()
            number = int(ended.value)
            if not stack:
                return number
        else:
            stack.append(inner)
            number = None


class _Planner:
    def __init__(self, operation: Operation, replaced: Layer) -> None:
        self.path_names = operation.path_names
        self.replaced = replaced
        self.steps: list[Step | Repeat] = []
        self.known: dict[tuple[Hashable, ...], list[tuple[int, Hashable]]] = {}
        """The steps of a callable, with the OAuth2 scopes that they are for, if those matter."""
        self.fallible: list[bool] = []
        self.traces: list[_Trace] = []
        self.open: list[_Trace] = []
        self.replacing: set[Hashable] = set()
        self.held: set[int] = set()
        _run(self.add(operation.endpoint, (), "request"))

    def add(
        self,
        signature: Signature,
        scopes: tuple[str, ...],
        scope: DependencyScope,
        limit: ConcurrencyLimit | None = None,
        replaced: Callable[..., object] | None = None,
    ) -> _Task:
        """Add the steps below `signature`, then its own; return its number."""
        begins = len(self.steps)
        trace = _Trace(scoped=any(kind is Injected.SECURITY_SCOPES for _, kind in signature.injected))
        self.open.append(trace)
        results = []
        below = False
        for dependency in signature.dependencies:
            number = yield self.add_dependency(dependency, scopes)
            below = below or self.fallible[number]
            if dependency.argument is not None:
                results.append((dependency.argument, number))
        self.open.pop()
        if limit is not None:
            self.check_limit(signature, limit)
        number = len(self.fallible)
        step = Step(
            number=number,
            signature=signature,
            results=tuple(results),
            scopes=scopes,
            exit=scope,
            begins=begins,
            fallible_below=below,
            limit=limit,
            replaced=replaced,
            is_value=replaced is not None and self.replaced[identity(replaced)].is_value,
        )
        self.fallible.append(step.fallible)
        self.traces.append(trace)
        self.steps.append(step)
        return number

    def add_dependency(self, dependency: Dependency, scopes: tuple[str, ...]) -> _Task:
        """Add a step for one use of a dependency, or what repeats an earlier one; return its number."""
        scopes = tuple(dict.fromkeys((*scopes, *dependency.security_scopes)))
        original = dependency.signature.call
        replacement = self.replacement_of(original)
        signature = dependency.signature if replacement is None else self.signature_of(replacement)
        scope: DependencyScope = "function" if dependency.scope == "function" else "request"
        key = identity(signature.call), scope if signature.kind.yields else dependency.scope
        if replacement is not None:
            self.replacing.add(identity(original))
        number = self.found(key, dependency, scopes)
        if number is not None and dependency.use_cache:
            whole = self.traces[number].repeatable
            for inner in () if whole else signature.dependencies:
                yield self.add_dependency(inner, scopes)
            self.steps.append(Repeat(number, whole))
        else:
            replaced = None if replacement is None else original
            is_first = number is None
            number = yield self.add(signature, scopes, scope, dependency.limit, replaced)
            if is_first and self.found(key, dependency, scopes) is None:
                matter = self.scopes_that_matter(number, dependency, scopes)
                self.known.setdefault(key, []).append((number, matter))
        if replacement is not None:
            self.replacing.discard(identity(original))
        self.open[-1].add(self.traces[number], dependency)
        return number

    def found(self, key: tuple[Hashable, ...], dependency: Dependency, scopes: tuple[str, ...]) -> int | None:
        """The step whose result is the one that is asked for, if there is one."""
        for number, matter in self.known.get(key, ()):
            trace = self.traces[number]
            if trace.asked & self.replacing == trace.original and matter == self.scopes_that_matter(
                number, dependency, scopes
            ):
                return number
        return None

    def scopes_that_matter(self, number: int, dependency: Dependency, scopes: tuple[str, ...]) -> Hashable:
        return frozenset(scopes) if dependency.security_scopes or self.traces[number].scoped else None

    def check_limit(self, signature: Signature, limit: ConcurrencyLimit) -> None:
        """Refuse to take a second place while the first one is held: a request could wait for ever."""
        if id(limit) in self.held:
            raise DeclarationError(
                f"{place(signature.call)}: one request would take two places of max_concurrency="
                f"{limit.most}, and keep the first while it waits for the second: write a `Depends(...)` "
                "of its own for each use"
            )
        if signature.kind.yields:
            self.held.add(id(limit))

    def signature_of(self, replacement: Replacement) -> Signature:
        if replacement.is_value:
            return Signature(replacement.call, CallKind.SYNC)
        return read(replacement.call, self.path_names)

    def replacement_of(self, original: Callable[..., object]) -> Replacement | None:
        """What replaces a dependency. Inside its replacement it is itself: one may wrap the other."""
        key = identity(original)
        replacement = self.replaced.get(key)
        if replacement is None:
            return None
        self.open[-1].asked.add(key)
        if key in self.replacing:
            self.open[-1].original.add(key)
            return None
        return replacement
