"""What tells bodies that can be read from those that cannot."""

from __future__ import annotations

import pytest

from pytest_xapi.fuzz.model.readable import is_readable, least, unreadable

FORM = "multipart/form-data; boundary=b"
PART = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("application/json", b'{"a": "\\ud800"}'),
        ("application/problem+json; charset=utf-8", b"null"),
        (FORM, PART + b"--b--\r\n"),
        (FORM, PART + PART + b"--b--"),
        ('multipart/mixed; boundary="b"', b"a preamble\r\n" + PART + b"--b--"),
        ("text/plain", b"\xff"),
        ("application/x-www-form-urlencoded", b"%ff=\xff"),
        ("", b"\xff"),
    ],
)
def test_what_can_be_read(media_type: str, content: bytes) -> None:
    assert is_readable(media_type, content)


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("application/json", b""),
        ("application/json", b"{"),
        ("application/json", b'"\xff"'),
        ("application/vnd.a+json", b"[" * 100_000),
        (FORM, b""),
        (FORM, b"--b--\r\n"),
        (FORM, PART),
        (FORM, b"--b\r\nNone--b--\r\n"),
        (FORM, b"--b\r\nno header\r\n\r\n1\r\n--b--\r\n"),
        ("multipart/form-data", PART + b"--b--\r\n"),
    ],
)
def test_what_cannot_be_read(media_type: str, content: bytes) -> None:
    assert not is_readable(media_type, content)


@pytest.mark.parametrize("media_type", ["application/json", "application/a+json", FORM])
def test_of_what_can_be_unreadable_there_is_a_body_of_either_kind(media_type: str) -> None:
    content = unreadable(media_type)
    assert content is not None
    assert not is_readable(media_type, content)
    assert is_readable(media_type, least(media_type))


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "image/png", ""])
def test_of_other_media_types_nothing_is_unreadable(media_type: str) -> None:
    assert unreadable(media_type) is None
