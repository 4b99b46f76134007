"""The markers as functions: typed to return `Any`, so that `q: str = Query()` passes a type checker."""

# ruff: noqa: N802  (the names are the interface)

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from typing_extensions import Unpack

from xapi import params
from xapi.keywords import checked
from xapi.params import DependencyScope, MarkerKeywords, Undefined

__all__ = [
    "Body",
    "Cookie",
    "Depends",
    "File",
    "Form",
    "Header",
    "Path",
    "Query",
    "Security",
]


def Path(default: Any = Undefined, **keywords: Unpack[MarkerKeywords]) -> Any:
    """Declare a parameter in the URL's path. See `xapi.params.MarkerKeywords` for the keywords."""
    return params.Path(default, **keywords)


def Query(default: Any = Undefined, **keywords: Unpack[MarkerKeywords]) -> Any:
    """Declare a parameter in the URL's query. See `xapi.params.MarkerKeywords` for the keywords."""
    return params.Query(default, **keywords)


def Header(
    default: Any = Undefined, *, convert_underscores: bool = True, **keywords: Unpack[MarkerKeywords]
) -> Any:
    """Declare a request header. See `xapi.params.MarkerKeywords` for the keywords."""
    return params.Header(default, convert_underscores=convert_underscores, **keywords)


def Cookie(default: Any = Undefined, **keywords: Unpack[MarkerKeywords]) -> Any:
    """Declare a cookie. See `xapi.params.MarkerKeywords` for the keywords."""
    return params.Cookie(default, **keywords)


def Body(
    default: Any = Undefined,
    *,
    embed: bool | None = None,
    media_type: str | None = None,
    **keywords: Unpack[MarkerKeywords],
) -> Any:
    """Declare the request body, or one key of it. See `xapi.params.MarkerKeywords` for the keywords."""
    return params.Body(default, embed=embed, media_type=media_type, **keywords)


def Form(
    default: Any = Undefined, *, media_type: str | None = None, **keywords: Unpack[MarkerKeywords]
) -> Any:
    """Declare a form field. See `xapi.params.MarkerKeywords` for the keywords."""
    return params.Form(default, media_type=media_type, **keywords)


def File(
    default: Any = Undefined, *, media_type: str | None = None, **keywords: Unpack[MarkerKeywords]
) -> Any:
    """Declare a file of a form. See `xapi.params.MarkerKeywords` for the keywords."""
    return params.File(default, media_type=media_type, **keywords)


@checked
def Depends(
    dependency: Callable[..., Any] | None = None,
    *,
    use_cache: bool = True,
    scope: DependencyScope | None = None,
    responses: Mapping[int | str, Mapping[str, Any]] | None = None,
    max_concurrency: int | None = None,
) -> Any:
    """Declare a value that `dependency` gives; without one, the annotated class is called."""
    return params.Depends(
        dependency,
        use_cache=use_cache,
        scope=scope,
        responses=responses,
        max_concurrency=max_concurrency,
    )


@checked
def Security(
    dependency: Callable[..., Any] | None = None,
    *,
    scopes: Sequence[str] | None = None,
    use_cache: bool = True,
    responses: Mapping[int | str, Mapping[str, Any]] | None = None,
    max_concurrency: int | None = None,
) -> Any:
    """Declare a dependency that needs OAuth2 scopes."""
    return params.Security(
        dependency,
        use_cache=use_cache,
        scopes=scopes or (),
        responses=responses,
        max_concurrency=max_concurrency,
    )
