"""A callable as it is written: its location, its kind, and its arguments with their types and markers.

The home of `inspect` and of annotations that are text.
"""

from __future__ import annotations

import asyncio
import dis
import functools
import inspect
import operator
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from itertools import chain
from keyword import iskeyword
from types import CodeType, FunctionType
from typing import Any, NoReturn

from xapi import params
from xapi.exceptions import DeclarationError
from xapi.operation.annotations import class_of, evaluated, substituted, type_variables
from xapi.operation.hidden_marks import Misplaced
from xapi.operation.marks import EMPTY, Marked, read_marks
from xapi.operation.names import Evaluate, lenient, strict
from xapi.operation.parameters import parameters_of
from xapi.records import Record

_WAITING = frozenset({"GET_AWAITABLE", "GET_AITER", "GET_ANEXT", "SEND"})
"""What is in the code of every `await`, `async for` and `async with`."""
_MOST_LAYERS = 100
"""What wraps itself is not followed for ever."""


class CallKind(Enum):
    """How a callable is run."""

    SYNC = "def"
    ASYNC = "async def"
    GENERATOR = "def with yield"
    ASYNC_GENERATOR = "async def with yield"

    @property
    def yields(self) -> bool:
        return self in (CallKind.GENERATOR, CallKind.ASYNC_GENERATOR)

    @property
    def threaded(self) -> bool:
        return self in (CallKind.SYNC, CallKind.GENERATOR)


_FLAGS = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_GENERATOR
_KINDS = {
    0: CallKind.SYNC,
    inspect.CO_COROUTINE: CallKind.ASYNC,
    inspect.CO_ASYNC_GENERATOR: CallKind.ASYNC_GENERATOR,
    inspect.CO_GENERATOR: CallKind.GENERATOR,
}


def return_annotation(call: Callable[..., Any]) -> Any:
    """What `call` says it returns; `Undefined` where it says nothing."""
    annotation = inspect.signature(call).return_annotation
    if annotation is EMPTY:
        return params.Undefined
    return _evaluate(annotation, call, "return")


def evaluated_annotation(call: Callable[..., Any], annotation: Any) -> Any:
    """An annotation of `call` with its texts evaluated; as it is written where they have unknown names."""
    try:
        return _evaluated(call, annotation, strict)
    except NameError:
        return annotation


def call_kind(call: Callable[..., Any]) -> CallKind:
    """How to run `call`: functions, methods, partials, wrapped functions, classes and callable instances."""
    if type(call) is FunctionType and not vars(call):
        return _KINDS[call.__code__.co_flags & _FLAGS]
    for function in _layers(call):
        if inspect.isasyncgenfunction(function):
            return CallKind.ASYNC_GENERATOR
        if inspect.iscoroutinefunction(function) or _is_marked(function):
            return CallKind.ASYNC
        if inspect.isgeneratorfunction(function):
            return CallKind.GENERATOR
    return CallKind.SYNC


def _is_marked(function: Any) -> bool:
    """Whether asyncio takes it for a coroutine function, by the mark that mocks have before Python 3.12."""
    return sys.version_info < (3, 14) and asyncio.iscoroutinefunction(function)


def can_wait(call: Callable[..., Any]) -> bool:
    """Whether a generator that `call` makes may wait for something, and so be cancelled there."""
    while isinstance(call, functools.partial):
        call = call.func
    function = getattr(call, "__func__", call)
    if not inspect.isasyncgenfunction(function) or not inspect.isfunction(function):
        return True  # the generator is made by something else
    return any(instruction.opname in _WAITING for instruction in dis.get_instructions(function))


def text_of(call: Callable[..., Any]) -> str:
    """The docstring of `call`, or of what it is a partial of, up to a form feed."""
    while isinstance(call, functools.partial):
        call = call.func
    return inspect.cleandoc((call.__doc__ or "").partition("\f")[0])


def place(call: Callable[..., Any]) -> str:
    """Where `call` is written: `file.py:12, in function()`."""
    call = class_of(call) or call
    function = _function_behind(call)
    name = getattr(call, "__qualname__", None) or getattr(function, "__qualname__", type(call).__qualname__)
    code = getattr(function, "__code__", None)
    if code is not None:
        return f"{code.co_filename}:{code.co_firstlineno}, in {name}()"
    module = sys.modules.get(getattr(call, "__module__", ""))
    return f"{getattr(module, '__file__', None) or getattr(call, '__module__', '?')}, in {name}()"


def definition(function: Callable[..., Any]) -> tuple[str, str, int] | None:
    """The name of a function, the file and the line where it is defined; None of other callables."""
    function = inspect.unwrap(getattr(function, "__func__", function))
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return None
    return function.__name__, code.co_filename, code.co_firstlineno


def _function_behind(call: Callable[..., Any]) -> Any:
    return _layers(call)[-1]


def _layers(call: Any) -> list[Any]:
    """`call` and what it wraps, from outside in: through partials, `functools.wraps` and `__call__`."""
    layers = [call]
    while len(layers) < _MOST_LAYERS:
        if isinstance(call, functools.partial):
            call = call.func
        elif hasattr(call, "__wrapped__"):
            call = call.__wrapped__
        elif inspect.isroutine(call) or inspect.isclass(call):
            break
        else:
            call = call.__call__
        layers.append(call)
    return layers


def as_written(call: Callable[..., Any]) -> tuple[object, ...]:
    """All that `call` says of itself, to tell by `same` whether it says something else later."""
    if type(call) is FunctionType and not vars(call):  # nothing wraps it, and no signature was set
        keywords, said_types = call.__kwdefaults__ or {}, call.__annotations__
        said = *(call.__defaults__ or ()), *keywords, *keywords.values(), *said_types, *said_types.values()
        return call.__code__, len(said_types), *said
    try:
        signature = inspect.signature(call)
    except ValueError:
        return (call_kind(call),)
    parts = [(item.name, item.kind, item.annotation, item.default) for item in signature.parameters.values()]
    return call_kind(call), *chain.from_iterable(parts)


def same(written: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two callables are written alike: with the same objects, equal ones are not enough."""
    return len(written) == len(other) and all(map(operator.is_, written, other))


class Argument(Record):
    """One argument, and where its value comes from."""

    name: str
    marked: Marked

    @property
    def annotation(self) -> Any:
        return self.marked.annotation


def arguments(call: Callable[..., Any]) -> list[Argument]:
    """The arguments of `call`, without `*args` and `**kwargs`."""
    try:
        parameters = parameters_of(call)
    except ValueError as error:
        raise DeclarationError(f"{place(call)}: the signature cannot be read: {error}") from error
    variables = {} if class_of(call) is None else type_variables(call)
    found = []
    for parameter, owner in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            _check_left_out(owner, parameter)
        else:
            found.append(_argument(owner, parameter, variables))
    return found


def _argument(
    call: Callable[..., Any], parameter: inspect.Parameter, variables: Mapping[Any, Any]
) -> Argument:
    name = parameter.name
    if parameter.kind is parameter.POSITIONAL_ONLY and not _is_set_by_hand(call, name):
        refuse(call, name, "is positional-only; arguments are given by name: remove the '/'")
    if not _can_be_written(name):
        refuse(call, name, "has a name that cannot be used as a keyword argument: rename it")
    if parameter.annotation is EMPTY:
        return Argument(name, _marked(call, name, Any, parameter.default))
    try:
        annotation = substituted(_evaluated(call, parameter.annotation, strict), variables)
        return Argument(name, _marked(call, name, annotation, parameter.default))
    except NameError as unknown:
        return Argument(name, _marked_as_dependency(call, parameter, unknown))


def _can_be_written(name: str) -> bool:
    """Whether an argument can be given by name, in code."""
    if not name.isascii():
        from unicodedata import normalize

        if normalize("NFKC", name) != name:
            return False
    return name != "__debug__" and not iskeyword(name)


def _marked(call: Callable[..., Any], name: str, annotation: Any, default: Any) -> Marked:
    try:
        return read_marks(annotation, default)
    except Misplaced as why:
        refuse(call, name, str(why))


def _marked_as_dependency(
    call: Callable[..., Any], parameter: inspect.Parameter, unknown: NameError
) -> Marked:
    """What is read of an argument whose type has a name that only type checkers know.

    The value of a dependency needs no type; everything else is refused.
    """
    try:
        annotation = _evaluated(call, parameter.annotation, lenient)
        marked = _marked(call, parameter.name, annotation, parameter.default)
    except NameError as error:
        if not isinstance(parameter.default, params.Depends):
            raise _undefined(call, parameter.name, parameter.annotation, error) from error
        marked = _marked(call, parameter.name, Any, parameter.default)
    if marked.call is None:
        raise _undefined(call, parameter.name, parameter.annotation, unknown) from unknown
    return marked


def may_be_left_out(call: Callable[..., Any], name: str) -> bool:
    """Whether a signature was set that names what the code itself does not: it takes whatever it is given."""
    layers = _layers(call)
    if not any(getattr(layer, "__signature__", None) is not None for layer in layers):
        return False
    code = next((code for layer in layers if (code := getattr(layer, "__code__", None)) is not None), None)
    if code is None:
        return False
    named = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return bool(code.co_flags & inspect.CO_VARKEYWORDS) and name not in named


def _is_set_by_hand(call: Callable[..., Any], name: str) -> bool:
    """Whether a signature was set that says positional-only of what the code takes by name."""
    layers = _layers(call)
    codes = [code for layer in layers if (code := getattr(layer, "__code__", None)) is not None]
    return any(getattr(layer, "__signature__", None) is not None for layer in layers) and not any(
        name in code.co_varnames[: code.co_posonlyargcount] for code in codes
    )


def _check_left_out(call: Callable[..., Any], parameter: inspect.Parameter) -> None:
    """Refuse marks on `*args` and `**kwargs`, which nothing is given to."""
    if parameter.annotation is EMPTY:
        return
    try:
        annotation = _evaluated(call, parameter.annotation, lenient)
        marked = _marked(call, parameter.name, annotation, EMPTY)
    except NameError as error:
        raise _undefined(call, parameter.name, parameter.annotation, error) from error
    if marked.inner or isinstance(marked.mark, params.Depends | params.Marker):
        refuse(
            call, parameter.name, "takes many arguments, so marks have no effect on it: name each argument"
        )


def _evaluate(annotation: Any, call: Callable[..., Any], name: str) -> Any:
    """Evaluate what is text in an annotation (`from __future__ import annotations`, or quoted)."""
    try:
        return _evaluated(call, annotation, strict)
    except NameError as error:
        raise _undefined(call, name, annotation, error) from error


def _evaluated(
    call: Callable[..., Any],
    annotation: Any,
    evaluator: Callable[[dict[str, Any], Mapping[str, Any]], Evaluate],
) -> Any:
    evaluate: Evaluate | None = None

    def evaluate_text(text: str) -> Any:
        nonlocal evaluate
        if evaluate is None:
            function = _function_behind(call)
            if inspect.isclass(function):
                function = function.__init__
            function = inspect.unwrap(function)
            evaluate = evaluator(getattr(function, "__globals__", {}), _enclosing_names(function))
        return evaluate(text)

    return evaluated(annotation, evaluate_text)


def _undefined(call: Callable[..., Any], name: str, annotation: Any, error: NameError) -> DeclarationError:
    return DeclarationError(
        f"{place(call)}: {name!r} is annotated with {annotation!r}, but {error}: "
        "define or import the name before the operation is declared"
    )


def _enclosing_names(function: Any) -> dict[str, Any]:
    """The local names of the functions that are running and in which `function` is defined."""
    enclosing = set()
    name = getattr(function, "__qualname__", "")
    while ".<locals>." in name:
        name = name.rpartition(".<locals>.")[0]
        enclosing.add(name)
    names: dict[str, Any] = {}
    frame = sys._getframe() if enclosing else None
    while frame is not None:
        if frame.f_code.co_qualname in enclosing:
            names = {**frame.f_locals, **names}
        frame = frame.f_back
    return names


class MissingInPath(DeclarationError):
    """A part of the path is declared that the path has not: around a router there may be one that has it."""


def refuse(
    call: Callable[..., Any], name: str, why: str, error: type[DeclarationError] = DeclarationError
) -> NoReturn:
    """Tell of a parameter that is declared in a way that cannot work."""
    raise error(f"{place(call)}: parameter {name!r} {why}")
