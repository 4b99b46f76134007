"""Witnesses of bugs behind what the code computes of a request."""

import base64
import json

from corpus.exchange import Sent, request
from corpus.witnesses.form import Witness, by


def encoded(value: object) -> str:
    """JSON in Base64."""
    return base64.b64encode(json.dumps(value).encode()).decode()


def entry(account: str, side: str, cents: int) -> dict[str, object]:
    """A line of a transaction."""
    return {"account": account, "side": side, "cents": cents}


WITNESSES = {
    "gift_card": by(request("GET", "/gift-cards/7071000000000009")),
    "bank_account": by(request("POST", "/accounts", {"iban": "BE68 5390 0754 7034"})),
    "book_number": by(request("GET", "/books?isbn=3-16-148004-X")),
    "solid_box": by(request("GET", "/boxes?width=31&height=32&depth=325")),
    "hotel_week": by(request("GET", "/stays?arrival=2020-12-28&departure=2021-01-04")),
    "voucher_code": by(request("POST", "/baskets", {"cents": 100, "voucher": "LOYAL-100-O"})),
    "row_filter": by(request("GET", "/rows?where=weight:within:1..")),
    "release_order": by(request("GET", "/updates?installed=v2.0.0-rc.x")),
    "calculator": by(request("GET", "/results?expression=(1%25(2-2))")),
    "webhook_event": by(
        request("POST", "/events", {"kind": "invoice.paid", "delivery": {"redelivered": True}})
    ),
    "tree_patch": by(
        request("POST", "/folders/changes", {"op": "move", "from": "work", "path": "work/2024/x"})
    ),
    "page_cursor": by(request("GET", f"/lines?cursor={encoded({'after': 5, 'direction': 'back'})}")),
    "dashboard_row": by(
        request(
            "PUT",
            "/dashboards/x",
            {
                "layout": json.dumps(
                    [{"kind": "chart", "columns": 8}, {"kind": "gap", "columns": 4}],
                )
            },
        )
    ),
    "sensor_frame": by(request("POST", "/frames", x_frame="a504010702")),
    "short_link": by(request("GET", "/links?target=go/file/a%252Fb%252Fc")),
    "alarm_delay": by(request("GET", "/alarms?delay=P1DT24H00M")),
    "split_bill": Witness(
        (request("POST", "/bills", {"total": 100, "shares": [70, 20, 10]}),),
        lambda history: history[-1].status == 202,
    ),
    "ledger_entry": by(
        request(
            "POST",
            "/transactions",
            {
                "entries": [
                    entry("Fees", "debit", 3),
                    entry("cash", "credit", 1),
                    entry("bank", "credit", 2),
                ]
            },
        )
    ),
    "counted_fields": by(Sent("POST", "/records", {"content-type": "text/plain"}, b"4:name,0:,")),
    "freight_quote": Witness(
        (request("GET", "/quotes?to=Patras&length=1&girth=1&grams=20100"),),
        lambda history: history[-1].status == 200 and history[-1].answer_json["cents"] is None,
    ),
    "upload_ticket": by(
        request("POST", "/uploads", {"name": "x"}),
        request("POST", "/uploads/1/parts", {"ticket": "T48271", "size": 1}),
        request("POST", "/uploads/1/completion", {"ticket": "T48271", "parts": 1}),
    ),
    "article_versions": by(
        request("POST", "/articles", {"text": ""}),
        request("PUT", "/articles/1", {"text": "x"}, if_match='"1-1ef0"'),
        request("POST", "/articles/1/publication", if_match='"1-3ddf"'),
    ),
    "pallet_bay": by(
        request("POST", "/warehouses", {"code": "AB", "bays": 3}),
        request("POST", "/pallets", {"warehouse": "AB", "bay": 3}),
    ),
    "paired_device": by(
        request("POST", "/devices", {"model": "valve"}),
        request("POST", "/devices/1/confirmation", {"pin": f"{12**5 % 9973:04d}"}),
        request("GET", "/devices/1/reading", x_session=f"s-{18**7 % 99929}"),
    ),
}
