"""The types of the fixtures that are functions, for the annotations of tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from httpx._types import CookieTypes, HeaderTypes
    from typing_extensions import Unpack

    from xapi.testing import AsyncClient, TestClient, WebSocketSession
    from xapi.testing.base_client import ClientOptions
    from xapi.testing.drivers import DriverName
    from xapi.testing.overrides import Replacements


class MakeClient(Protocol):
    """The fixture `make_client`. What is left out is as the settings of the project say."""

    def __call__(
        self,
        app: Any = None,
        /,
        *,
        lifespan: bool | str = ...,
        base_url: str = ...,
        raise_server_exceptions: bool = ...,
        root_path: str = ...,
        backend: Literal["asyncio", "trio"] = ...,
        backend_options: dict[str, Any] | None = ...,
        cookies: CookieTypes | None = ...,
        headers: HeaderTypes | None = ...,
        follow_redirects: bool = ...,
        client: tuple[str, int] = ...,
        driver: DriverName = ...,
        overrides: Replacements | None = ...,
        check_responses: bool = ...,
        **options: Unpack[ClientOptions],
    ) -> TestClient:
        """Make a client that stays open until the test ends.

        Args:
            app: the app; by default that under test.
            lifespan: whether its lifespan runs, or the scope in which one is shared.
            base_url: what relative URLs are joined to.
            raise_server_exceptions: whether what the app raises is raised here.
            root_path: the prefix that a proxy would strip.
            backend: the event loop.
            backend_options: options of it, as anyio has them.
            cookies: cookies to begin with.
            headers: headers of each request.
            follow_redirects: whether redirects are followed.
            client: the address that the app sees.
            driver: where the app runs.
            overrides: dependencies that are replaced for this client.
            check_responses: whether each response is checked against the document.
            **options: what else httpx's client takes.
        """


class MakeAsyncClient(Protocol):
    """The fixture `make_async_client`. What is left out is as the settings of the project say."""

    def __call__(
        self,
        app: Any = None,
        /,
        *,
        lifespan: bool | str = ...,
        base_url: str = ...,
        raise_server_exceptions: bool = ...,
        root_path: str = ...,
        cookies: CookieTypes | None = ...,
        headers: HeaderTypes | None = ...,
        follow_redirects: bool = ...,
        client: tuple[str, int] = ...,
        overrides: Replacements | None = ...,
        check_responses: bool = ...,
        **options: Unpack[ClientOptions],
    ) -> AsyncClient:
        """Make a client that opens when it is used, and closes with the test.

        Args:
            app: the app; by default that under test.
            lifespan: whether its lifespan runs, or the scope in which one is shared.
            base_url: what relative URLs are joined to.
            raise_server_exceptions: whether what the app raises is raised here.
            root_path: the prefix that a proxy would strip.
            cookies: cookies to begin with.
            headers: headers of each request.
            follow_redirects: whether redirects are followed.
            client: the address that the app sees.
            overrides: dependencies that are replaced for this client.
            check_responses: whether each response is checked against the document.
            **options: what else httpx's client takes.
        """


class WebSocketConnect(Protocol):
    """The fixture `websocket`."""

    def __call__(
        self,
        url: str,
        subprotocols: Sequence[str] | None = None,
        *,
        timeout: float | None = ...,
        **options: Any,
    ) -> WebSocketSession:
        """Make a session with the app under test, which its `with` block connects.

        Args:
            url: the path, with its query.
            subprotocols: what is offered to the app.
            timeout: how many seconds each `receive` waits at most.
            **options: `headers`, `params`, `cookies` and `auth`, as for a request.
        """
