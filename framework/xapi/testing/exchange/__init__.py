"""One ASGI exchange: the server's side of the ASGI specification, for tests.

An exchange calls the app with a scope, `receive` and `send`, and keeps what the app sends. It knows nothing
of event loops and threads beyond `anyio`: the drivers (`xapi.testing.drivers`) decide where it runs.
"""

from xapi.testing.exchange.base import ASGIApp as ASGIApp
from xapi.testing.exchange.base import ASGIProtocolError as ASGIProtocolError
from xapi.testing.exchange.base import ClientDisconnected as ClientDisconnected
from xapi.testing.exchange.base import Exchange as Exchange
from xapi.testing.exchange.base import Message as Message
from xapi.testing.exchange.base import Scope as Scope
from xapi.testing.exchange.http import HTTPExchange as HTTPExchange
from xapi.testing.exchange.http import RawResponse as RawResponse
from xapi.testing.exchange.lifespan import LifespanError as LifespanError
from xapi.testing.exchange.lifespan import LifespanExchange as LifespanExchange
from xapi.testing.exchange.websocket import WebSocketExchange as WebSocketExchange
from xapi.testing.exchange.websocket import WebSocketTimeout as WebSocketTimeout
