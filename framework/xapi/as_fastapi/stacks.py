"""The stacks of contexts that FastAPI keeps in the scope, over what our own routes leave after an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Any

from starlette.types import Scope

from xapi.pipeline.codegen.route_handler import EXITS
from xapi.pipeline.held import Open
from xapi.pipeline.resolve import leave, leave_with

REQUEST_STACK = "fastapi_inner_astack"
"""The scope's key for what is left after the answer was sent."""
FUNCTION_STACK = "fastapi_function_astack"
"""The scope's key for what is left before the answer is sent."""

Exit = Callable[[type[BaseException] | None, BaseException | None, TracebackType | None], Awaitable[bool]]


def leaving(exits: list[Open]) -> Exit:
    """What leaves generators, as the exit of a stack of contexts."""

    async def leave_all(
        kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if error is None:
            await leave(exits)
        elif exits and (raised := await leave_with(exits, error)) is not error:
            raise raised
        return False

    return leave_all


class HeldStack:
    """A stack of contexts as one of the things that are left after an answer."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self.stack = stack
        self.refused: BaseException | None = None

    async def leave(self, error: BaseException | None) -> bool:
        """Leave the stack; says whether it has swallowed the error."""
        if error is None:
            await self.stack.aclose()
            return False
        return bool(await self.stack.__aexit__(type(error), error, error.__traceback__))


@asynccontextmanager
async def stacks_in(scope: Scope) -> AsyncIterator[AsyncExitStack]:
    """Keep both stacks in the scope; gives that of the request."""
    request_stack = scope.get(REQUEST_STACK)
    if request_stack is None:
        if EXITS not in scope:
            raise RuntimeError(
                "a handler of get_request_handler() was called outside of a route: "
                "put request_response() around it"
            )
        request_stack = scope[REQUEST_STACK] = AsyncExitStack()
        exits: list[Any] = scope[EXITS]
        exits.append(HeldStack(request_stack))
    async with AsyncExitStack() as function_stack:
        scope[FUNCTION_STACK] = function_stack
        yield request_stack
