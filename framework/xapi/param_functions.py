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
    """Declare a parameter in the URL's path.

    Args:
        default: None can be given: a part of the path is always there.
        **keywords: Bounds, aliases, texts and examples: see `xapi.params.MarkerKeywords`.

    Raises:
        DeclarationError: A keyword is unknown. The message names the nearest one.
    """
    return params.Path(default, **keywords)


def Query(default: Any = Undefined, **keywords: Unpack[MarkerKeywords]) -> Any:
    """Declare a parameter in the URL's query.

    Args:
        default: The value if it is not sent; without one it is required.
        **keywords: Bounds, aliases, texts and examples: see `xapi.params.MarkerKeywords`.

    Raises:
        DeclarationError: A keyword is unknown. The message names the nearest one.
    """
    return params.Query(default, **keywords)


def Header(
    default: Any = Undefined, *, convert_underscores: bool = True, **keywords: Unpack[MarkerKeywords]
) -> Any:
    """Declare a request header.

    Args:
        default: The value if it is not sent; without one it is required.
        convert_underscores: Whether an argument `user_agent` is read from the header `user-agent`.
        **keywords: Bounds, aliases, texts and examples: see `xapi.params.MarkerKeywords`.

    Raises:
        DeclarationError: A keyword is unknown. The message names the nearest one.
    """
    return params.Header(default, convert_underscores=convert_underscores, **keywords)


def Cookie(default: Any = Undefined, **keywords: Unpack[MarkerKeywords]) -> Any:
    """Declare a cookie.

    Args:
        default: The value if it is not sent; without one it is required.
        **keywords: Bounds, aliases, texts and examples: see `xapi.params.MarkerKeywords`.

    Raises:
        DeclarationError: A keyword is unknown. The message names the nearest one.
    """
    return params.Cookie(default, **keywords)


def Body(
    default: Any = Undefined,
    *,
    embed: bool | None = None,
    media_type: str | None = None,
    **keywords: Unpack[MarkerKeywords],
) -> Any:
    """Declare the request body, or one key of it.

    Args:
        default: The value if it is not sent; without one it is required.
        embed: Whether the value is expected under its name even if it is the only one.
        media_type: The media type in the document.
        **keywords: Bounds, aliases, texts and examples: see `xapi.params.MarkerKeywords`.

    Raises:
        DeclarationError: A keyword is unknown. The message names the nearest one.
    """
    return params.Body(default, embed=embed, media_type=media_type, **keywords)


def Form(
    default: Any = Undefined, *, media_type: str | None = None, **keywords: Unpack[MarkerKeywords]
) -> Any:
    """Declare a form field.

    Args:
        default: The value if it is not sent; without one it is required.
        media_type: The media type in the document.
        **keywords: Bounds, aliases, texts and examples: see `xapi.params.MarkerKeywords`.

    Raises:
        DeclarationError: A keyword is unknown. The message names the nearest one.
    """
    return params.Form(default, media_type=media_type, **keywords)


def File(
    default: Any = Undefined, *, media_type: str | None = None, **keywords: Unpack[MarkerKeywords]
) -> Any:
    """Declare a file of a form.

    Args:
        default: The value if it is not sent; without one it is required.
        media_type: The media type in the document.
        **keywords: Bounds, aliases, texts and examples: see `xapi.params.MarkerKeywords`.

    Raises:
        DeclarationError: A keyword is unknown. The message names the nearest one.
    """
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
    """Declare a value that another callable gives.

    Args:
        dependency: The callable: a function, sync or async, with or without `yield`, a class, or an instance
            with `__call__`. It may be left out where the annotation is the class to call.
        use_cache: Whether one request calls it once, wherever it is used.
        scope: When what follows its `yield` runs: "function" before the response is sent, "request" (the
            default) after it.
        responses: The responses that it may give itself, by status, as in the decorator of an operation. They
            are documented wherever it is used.
        max_concurrency: How many calls of this `Depends` may run at the same time, over all operations that
            use the same object. With `yield` a call lasts until what follows it has run.

    Raises:
        TypeError: A keyword is unknown. The message names the nearest one.
        ValueError: `max_concurrency` is not a positive integer.
    """
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
    """Declare a dependency that needs OAuth2 scopes.

    Args:
        dependency: The callable, as for `Depends`.
        scopes: The scopes that it needs, beside those of what depends on it: `SecurityScopes` has all.
        use_cache: Whether one request calls it once, for the same scopes.
        responses: The responses that it may give itself, as for `Depends`.
        max_concurrency: How many calls may run at the same time, as for `Depends`.

    Raises:
        DeclarationError: `scopes` is a text, not a list of them.
        TypeError: A keyword is unknown. The message names the nearest one.
        ValueError: `max_concurrency` is not a positive integer.
    """
    return params.Security(
        dependency,
        use_cache=use_cache,
        scopes=scopes or (),
        responses=responses,
        max_concurrency=max_concurrency,
    )
