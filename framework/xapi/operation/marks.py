"""Where the value of an argument comes from, according to its annotation and its default.

Marks are markers (`Query(...)` and its like), `Depends(...)`, `Security(...)` and `pydantic.Field(...)`. A
mark counts around the whole type, and around the only type beside None. Wherever else one may hide it would
never take effect, and what the client sends would be taken in its place: `hidden_marks.py` refuses that.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable
from typing import Any, Optional

from pydantic.fields import FieldInfo

from xapi import params
from xapi.identity import annotated
from xapi.operation.annotations import (
    bare,
    classes_in,
    is_none,
    is_union,
    type_arguments,
    unqualified,
    unwrap,
    without_metadata,
    without_name,
    without_none,
)
from xapi.operation.fields import constraints_of, merged, without_constraints
from xapi.operation.foreign import is_foreign, is_scheme_class
from xapi.operation.hidden_marks import (
    Misplaced,
    check_default,
    check_metadata,
    check_type,
    is_marker,
    mark_of,
    marks_inside,
    says_only_bounds,
    shown,
)
from xapi.operation.names import UnknownName, undefined
from xapi.records import Record

EMPTY: Any = inspect.Parameter.empty
"""Stands for no default."""


_RESULTS = (
    *(Awaitable, Generator, AsyncGenerator),
    *(contextlib.ContextDecorator, contextlib.AsyncContextDecorator),
)
"""What functions give that a dependency may be written as. Some of it can be called, and would be."""


class Marked(Record):
    """Type, marks and default of an argument."""

    annotation: Any
    """The type, without marks but with what they say of the type."""
    mark: params.Depends | FieldInfo | None
    """All marks together: a `Marker`, or another `FieldInfo` where the place follows from name and type."""
    default: Any
    call: Callable[..., Any] | None = None
    """What is called for a dependency."""
    inner: tuple[params.Marker, ...] = ()
    """Markers inside the type, such as those of a list's items."""
    foreign: tuple[Any, ...] = ()
    """What looks like a mark, but is of another library."""


def read_marks(annotation: Any, default: Any) -> Marked:
    """Read the marks of an argument.

    Raises:
        Misplaced: A mark would have no effect, or they contradict each other.
    """
    default = mark_of(default)
    annotation, base, metadata, inside = _taken_apart(annotation)
    marks = [mark_of(item) for item in metadata]
    inner = tuple(mark for mark in inside if isinstance(mark, params.Marker))
    foreign = tuple(mark for mark in (*marks, *inside, default) if is_foreign(mark))
    dependencies = [mark for mark in marks if isinstance(mark, params.Depends)]
    infos = [mark for mark in marks if isinstance(mark, FieldInfo)]
    _check_together(dependencies, infos, default)
    if dependencies or isinstance(default, params.Depends):
        mark = dependencies[0] if dependencies else default
        return Marked(_typed(base, marks), mark, EMPTY, dependency_call(mark, base))
    if isinstance(default, FieldInfo):
        infos, marks, default = [*infos, default], [*marks, default], EMPTY
    if not infos:
        return Marked(unqualified(annotation), None, _or_empty(default), None, inner, foreign)
    return Marked(_typed(base, marks), merged(infos), _or_empty(default), None, inner, foreign)


def dependency_call(marker: params.Depends, annotation: Any = None) -> Callable[..., Any]:
    """What is called for `marker`: if it names nothing, the class that the argument is annotated with.

    Raises:
        Misplaced: That is nothing to be called.
    """
    named: Any = marker.dependency
    if named is None:
        call: Any = bare(without_none(annotation))
        if isinstance(call, UnknownName):
            raise undefined(call.__name__)
        if not callable(call) or call is Any or is_union(call):
            raise Misplaced(
                "has `Depends()` without a dependency: name one (without calling it), or annotate "
                "it with the class to call"
            )
        return call  # type: ignore[no-any-return]
    call, metadata = unwrap(named)
    if any(is_marker(mark_of(item)) for item in metadata):
        raise Misplaced(
            f"has Depends({shown(named)}), which is an annotation, not a function: the markers "
            "in it would not run. Use it as the annotation"
        )
    _check_callable(call)
    return call  # type: ignore[no-any-return]


def _check_callable(call: Any) -> None:
    """Refuse what a function has given where the function is meant, and a scheme that was not made."""
    if isinstance(call, _RESULTS):
        name = getattr(call, "__name__", None) or getattr(getattr(call, "func", None), "__name__", "function")
        if inspect.iscoroutine(call):
            call.close()  # what is told need not be told by the interpreter again
        raise Misplaced(f"has Depends({name}()), the result of a call: write Depends({name})")
    if not callable(call):
        raise Misplaced(
            f"has Depends({shown(call)}), which cannot be called: name a function or a class, "
            "without calling it"
        )
    if isinstance(call, type) and is_scheme_class(call):
        raise Misplaced(
            f"has Depends({shown(call)}), the class of a security scheme, which would let everybody in: make "
            f"a scheme of it, as in Depends({shown(call)}(...))"
        )


def check_value(marked: Marked, marker: params.Marker) -> None:
    """Refuse what would count for nothing in an argument that is read from the request, by `marker`.

    Raises:
        Misplaced: There is such a thing.
    """
    for mark in marked.foreign:
        package = type(mark).__module__.partition(".")[0]
        raise Misplaced(f"has {shown(mark)} of {package}, which has no effect here: use the one of xapi")
    check_default(marked.default, marked.annotation)
    check_default(marker.default, marked.annotation)
    if marker.default_factory is not None and not callable(marker.default_factory):
        raise Misplaced(
            f"has {shown(marker.default_factory)} as default_factory, and cannot call it: name a function"
        )
    for inner in marked.inner:
        # What it says of the type counts: an item may be annotated for a place if the list says its own.
        says_place = isinstance(marked.mark, params.Marker) or type(inner) is type(marker)
        if not says_place or _is_named(inner) or inner.default is not params.Undefined:
            raise Misplaced(
                f"has {shown(inner)} inside its type, where its location, name and default have no effect: "
                f"write Annotated[type, {shown(inner)}] around the whole type"
            )


def _taken_apart(annotation: Any) -> tuple[Any, Any, tuple[Any, ...], list[Any]]:
    """An annotation with its marks outside; its type, what is said around it, and the marks in the type."""
    inside: list[Any] = []
    if classes := classes_in(annotation):
        base, metadata = unwrap(annotation)
        everything = metadata
        for cls in classes:
            check_type(cls)
    else:
        # A name that stands alone is not shown in the document, as the reference has it.
        annotation = _with_marks_outside(without_name(annotation))
        base, metadata = without_metadata(annotation, says_only_bounds)
        everything = unwrap(annotation).metadata
        check_type(base)
        inside += marks_inside(base)
    for item in everything:
        check_metadata(mark_of(item))
    return annotation, base, metadata, inside


def _typed(base: Any, marks: Iterable[Any]) -> Any:
    """The type with what is said of it."""
    kept: list[Any] = []
    for mark in marks:
        if isinstance(mark, FieldInfo):
            kept.extend(constraints_of(mark))
        elif not isinstance(mark, params.Depends):
            kept.append(mark)
    return annotated(base, kept)


def _or_empty(default: Any) -> Any:
    return EMPTY if default is params.Undefined or default is ... else default


def _with_marks_outside(annotation: Any) -> Any:
    """The annotation with the marks of the only type beside None around the whole."""
    if not is_union(annotation):
        return annotation
    base, metadata = without_metadata(annotation)
    if any(is_marker(mark_of(item)) for item in metadata):
        return annotation
    others = [part for part in type_arguments(base) if not is_none(part)]
    if len(others) != 1:
        return annotation
    inner, found = without_metadata(_with_marks_outside(others[0]))
    marks = [mark_of(item) for item in found]
    raised = [mark for mark in marks if is_marker(mark) or _is_named(mark)]
    if not raised:
        return annotation
    raised = [without_constraints(mark) if isinstance(mark, FieldInfo) else mark for mark in raised]
    return annotated(Optional[_typed(inner, marks)], (*metadata, *raised))  # noqa: UP045


def _is_named(mark: Any) -> bool:
    """Whether it says something that Pydantic does not take from a type inside another one."""
    return isinstance(mark, FieldInfo) and bool(mark.alias or mark.validation_alias or mark.default_factory)


def _check_together(dependencies: list[params.Depends], infos: list[FieldInfo], default: Any) -> None:
    markers = [info for info in infos if isinstance(info, params.Marker)]
    marks = [*dependencies, *markers]
    if marks and (is_marker(default) or (dependencies and isinstance(default, FieldInfo))):
        raise Misplaced(
            f"has the marker {shown(marks[-1])} in `Annotated` and {shown(default)} as its default: keep one"
        )
    if len(dependencies) > 1:
        raise Misplaced(
            f"has {shown(dependencies[0])} and {shown(dependencies[1])}, of which one would not run: keep "
            "one, and let it depend on the other"
        )
    if (dependencies and markers) or len({type(marker) for marker in markers}) > 1:
        raise Misplaced(
            f"has {shown(marks[0])} and {shown(marks[-1])}, but a value comes from one place: keep one"
        )
    if not dependencies:
        _check_defaults_inside(infos, default)


def _check_defaults_inside(infos: list[FieldInfo], default: Any) -> None:
    has_default = _or_empty(default.default if isinstance(default, FieldInfo) else default) is not EMPTY
    for info in infos:
        is_set = info.default is not params.Undefined
        kind = type(info).__name__ if isinstance(info, params.Marker) else "Field"
        if is_set and (isinstance(info, params.Marker) or not has_default):
            raise Misplaced(f"sets the default inside `Annotated[..., {kind}(...)]`: set it with `=` instead")
        if info.default_factory is not None and has_default:
            raise Misplaced(f"has a default_factory in {kind}(...) and a default: keep one")
