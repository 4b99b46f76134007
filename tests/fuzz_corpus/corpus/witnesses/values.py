"""Witnesses of values that apps fail on."""

from corpus.exchange import request
from corpus.witnesses.form import Witness, by


def get(target: str) -> Witness:
    """One GET, and a server error."""
    return by(request("GET", target))


def post(path: str, body: object) -> Witness:
    """One POST with JSON, and a server error."""
    return by(request("POST", path, body))


def nested(depth: int) -> dict[str, object]:
    """A comment with so many answers below."""
    comment: dict[str, object] = {"text": "x"}
    return comment if depth == 0 else comment | {"answer": nested(depth - 1)}


WITNESSES = {
    "sorted_by": get("/books?sort=x"),
    "filter_text": get("/films?text=%27"),
    "beyond_offset": get("/events?offset=4"),
    "big_stock": post("/stock", {"pieces": 2**63}),
    "empty_slug": get("/slug?title=%E6%97%A5"),
    "loan_days": post("/loans", {"weeks": 10**7}),
    "nul_name": get("/images?name=%00"),
    "search_pattern": get("/words?text=("),
    "negative_count": get("/ranks?limit=-1"),
    "report_pages": get("/reports?per_page=0"),
    "row_overflow": get(f"/rows/{2**63}"),
    "null_character": post("/notes", {"text": "a\0b"}),
    "year_overflow": get("/due?days=3650000"),
    "naive_deadline": post("/deadlines", {"at": "2024-01-01T00:00:00"}),
    "last_page": get("/entries?page=3"),
    "empty_votes": post("/means", {"votes": []}),
    "empty_name": get("/initials?name="),
    "cut_emoji": post("/previews", {"text": "x" + "\U0001f600" * 5}),
    "digits_limit": get("/powers?exponent=5000"),
    "missing_member": get("/prices?size=Large"),
    "infinite_floor": get("/floors?height=inf"),
    "coupon": post("/carts", {"total": 1, "coupon": "WINTER-2019"}),
    "legacy_customer": get("/customers/40417?history=true"),
    "odd_range": get("/samples?low=500&high=400"),
    "long_title": post("/titles", {"title": "x" * 256}),
    "slow_pattern": get("/slugs?text=aaaaaaaaaaaaaaaaaaaaaa!"),
    "deep_thread": post("/threads", nested(4)),
    "header_name": get("/downloads?name=%E2%82%AC"),
    "repeated_key": get("/charts?columns=date&columns=date"),
    "file_path": get("/files/a/b/c"),
    "no_404": get("/countries/XX"),
}
