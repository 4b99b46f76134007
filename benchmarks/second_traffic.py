"""What is sent to the second apps: as a browser and an uploading script would send it."""

import json
from collections.abc import Callable, Mapping
from functools import partial

from benchmarks.traffic import Request

BROWSER_HEADERS = (
    (b"host", b"shop.example.org"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
    (b"accept", b"application/json, text/plain, */*"),
    (b"accept-language", b"pt-PT,pt;q=0.8,en;q=0.5"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"authorization", b"Bearer 4f0c2f7e9b1d4b0f8a54"),
    (b"origin", b"https://shop.example.org"),
    (b"referer", b"https://shop.example.org/orders?page=2"),
    (b"sec-fetch-dest", b"empty"),
    (b"sec-fetch-mode", b"cors"),
    (b"sec-fetch-site", b"same-origin"),
    (b"cookie", b"sid=8b1c5d; consent=all; _ga=GA1.2.1234.5678"),
)
BOUNDARY = b"----WebKitFormBoundary7MA4YWxkTrZu0gW"
browser = partial(Request, usual=BROWSER_HEADERS)


def status(number: int) -> Request:
    """A probe, with a query that nobody reads."""
    return browser("/health/live", query=f"probe={number}")


def search(number: int) -> Request:
    """Two path parameters, and five in the query, one of them a list."""
    sku = f"6f9619ff-8b86-d011-b42d-{number % 10**12:012d}"
    after, most = f"2026-0{number % 9 + 1}-15", number % 500 + 0.5
    query = f"q=lamp{number}&tag=new&tag=sale&after={after}&most={most}&sort=-price"
    return browser(f"/v1/eu/products/{sku}", query=query)


def account(number: int) -> Request:
    """A body with aliases, a date, an enum, a nested object and a text that a validator changes."""
    return browser("/accounts", "POST", body=json.dumps(_account(number)).encode())


def _account(number: int) -> dict[str, object]:
    return {
        "displayName": f"Ana {number}",
        "emailAddress": f"Ana.{number}@Example.ORG",
        "birthDate": "1990-05-17",
        "plan": "team",
        "postalAddress": {"street": f"Rua {number}", "city": "Porto", "zipCode": "4000-001"},
        "marketing": None,
    }


def wrong_account(number: int) -> Request:
    """The same with a missing field, an unknown plan, a date that is none and a wrong nested object."""
    wrong = {"birthDate": f"no date {number}", "plan": "free", "postalAddress": {"city": number}}
    body = {name: value for name, value in _account(number).items() if name != "displayName"} | wrong
    return browser("/accounts", "POST", body=json.dumps(body).encode())


def readings(number: int) -> Request:
    """A hundred measurements with times, ids, optional numbers and a table each."""
    return browser("/readings", "PUT", body=b'{"source":"station %d",%s' % (number, _READINGS))


def _readings_after_the_source() -> bytes:
    measured = [
        {
            "id": f"0b0f8a54-9b1d-4b0f-8a54-{number:012d}",
            "at": f"2026-03-01T10:{number % 60:02d}:00Z",
            "kind": "wind" if number % 3 else "rain",
            "value": None if number % 10 == 0 else number / 4,
            "extra": {"gust": number / 2, "quality": 1.0},
        }
        for number in range(100)
    ]
    text = json.dumps({"source": "", "readings": measured}, separators=(",", ":"))
    return text.encode().removeprefix(b'{"source":"",')


_READINGS = _readings_after_the_source()


def page(number: int) -> Request:
    """A long answer to a request with one parameter."""
    return browser("/rows", query=f"page={number}")


def form(number: int) -> Request:
    """A form with a repeated field, two other ones, and two files."""
    parts = [
        b'name="album"\r\n\r\nSummer %d' % number,
        b'name="label"\r\n\r\nsea',
        b'name="label"\r\n\r\nsun',
        b'name="public"\r\n\r\ntrue',
        b'name="cover"; filename="cover.png"\r\nContent-Type: image/png\r\n\r\n%s' % _COVER,
        b'name="notes"; filename="notes%d.txt"\r\nContent-Type: text/plain\r\n\r\n%s' % (number, _NOTES),
    ]
    body = b"".join(b"--%s\r\nContent-Disposition: form-data; %s\r\n" % (BOUNDARY, part) for part in parts)
    body += b"--%s--\r\n" % BOUNDARY
    return browser("/albums", "POST", body=body, media_type=b"multipart/form-data; boundary=" + BOUNDARY)


_COVER = bytes(range(256)) * 64
_NOTES = b"A line of notes, as people write them.\r\n" * 25

TRAFFIC: Mapping[str, Callable[[int], Request]] = {
    "a2": status,
    "c2": search,
    "d2": account,
    "e2": readings,
    "h2": form,
    "i2": wrong_account,
    "j2": page,
    "l2": status,
    "m2": page,
}
"""By work item."""
