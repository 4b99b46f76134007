"""Credentials that are almost right: what is compared carelessly takes them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Iterator

from pytest_xapi.fuzz.model.cases import Failed
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse

CHECK = "ignored_auth"

Variant = Callable[[str], str]
VARIANTS: dict[str, Variant] = {
    "nothing in the place of the credential": lambda secret: "",
    "the first character of the credential alone": lambda secret: secret[:1],
    "the credential without its last character": lambda secret: secret[:-1],
    "one more character after the credential": lambda secret: f"{secret}x",
}
"""By what is sent."""


def changed(value: str, variant: Variant) -> str:
    """A credential as it is sent, with another secret in it.

    Args:
        value: A key; or a scheme of authentication and what follows it (RFC 9110, section 11.4).
        variant: What becomes of the secret; of a user's name and password (RFC 7617) the password is that.
    """
    scheme, _, secret = value.rpartition(" ")
    if scheme.lower() == "basic":
        try:
            user, _, password = b64decode(secret, validate=True).decode().partition(":")
        except (Error, UnicodeDecodeError):
            return value
        return f"{scheme} {b64encode(f'{user}:{variant(password)}'.encode()).decode()}"
    return f"{scheme} {variant(secret)}".strip()


def accepted(
    send: Callable[[WireRequest], WireResponse], requests: Iterator[tuple[str, WireRequest]]
) -> Iterator[Failed]:
    """The failure of an operation that answers such a request; the first one is enough.

    Args:
        send: The way to the app.
        requests: What is wrong with the credentials, and the request.
    """
    for what, request in requests:
        answer = send(request)
        if answer.is_success:
            yield Failed(
                CHECK, "Accepted with wrong credentials", f"It accepts {what}.", what, request, answer
            )
            return
