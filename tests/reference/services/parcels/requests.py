STAMP = {"picture": "https://example.com/a.png", "worth": "1.50"}
PARCEL = {"name": "a", "weight": 2}
FULL = {
    **PARCEL,
    "sender": {"street": "High Street", "lines": ["x", "x"]},
    "stamps": [STAMP],
    "marks": {"1": 2},
}
KEY = "12345678-1234-5678-1234-567812345678"
WHEN = {"begins": "2030-01-02T03:04:05+01:00", "day": "2030-01-02"}


def put(path, body):
    return (f"PUT /{path}", {"json": body})


def post(path, body):
    return (f"POST /{path}", {"json": body})


REQUESTS = [
    post("parcels", PARCEL),
    post("parcels", FULL),
    post(
        "parcels",
        {"name": 1, "weight": 0, "sender": {"street": "x"}, "stamps": [STAMP, {}], "marks": {"a": "b"}},
    ),
    post("parcels", {**PARCEL, "sender": [], "stamps": {}, "marks": []}),
    post("parcels", {**PARCEL, "stamps": [{"picture": "ftp://example.com", "worth": 0.001}]}),
    post("parcels", [PARCEL]),
    "POST /parcels",
    ("POST /parcels", {"content": b"{", "headers": {"content-type": "application/json"}}),
    put("parcels/1", {"parcel": PARCEL, "receiver": {"street": "High"}, "urgent": 1}),
    put("parcels/1?note=n", {"parcel": FULL, "receiver": {"street": "High"}, "urgent": "2", "reason": "r"}),
    put("parcels/100", {"parcel": PARCEL, "urgent": 0, "reason": "a long one"}),
    put("parcels/x", PARCEL),
    put("parcels/1", []),
    "PUT /parcels/1",
    put("parcels/1/alone", {"parcel": PARCEL}),
    put("parcels/1/alone", PARCEL),
    put("parcels/1/alone", {"parcel": None}),
    "PUT /parcels/1/alone",
    post("routes", {"parcels": [PARCEL, FULL]}),
    post("routes?back=1", {"parcels": [PARCEL, FULL], "by": {"kind": "bicycle", "basket": "no"}}),
    post("routes", {"parcels": {}, "by": {"kind": "boat"}}),
    post("routes", {"parcels": [], "by": {"seats": 3}}),
    post("stamps/many", [STAMP, {**STAMP, "picture": "HTTP://Example.com"}]),
    post("stamps/many", []),
    post("stamps/many", [STAMP, {"picture": "no", "worth": "much"}]),
    post("stamps/many", STAMP),
    post("weights", {"1": 2.5, "-2": 3}),
    post("weights", {"one": 1, "2": "two"}),
    post("weights", [1]),
    post("boxes", {"wide": 1, "labels": ["a"]}),
    post("boxes", {"high": "x"}),
    post("piles/p", [{"wide": 1}, {"wide": "2", "high": 3}]),
    post("piles/p", [{"wide": 1}, {}]),
    put(f"appointments/{KEY}", {**WHEN, "lasts": 90, "rings": "03:04"}),
    put(f"appointments/{KEY}", {**WHEN, "lasts": "P1DT2H"}),
    put("appointments/key", {"begins": "soon", "day": "2030-02-30", "lasts": "long", "rings": "25:00"}),
    put("kept/b", FULL),
    put("kept/b", PARCEL),
    "GET /kept/a",
    "GET /kept/a/short",
    ("PATCH /kept/a", {"json": {"weight": 5, "unknown": 1}}),
    ("PATCH /kept/a", {"json": {"sender": None}}),
    ("PATCH /kept/a", {"json": []}),
    "GET /kept/a",
    "GET /kept/none",
    *(f"GET /union?kind={kind}" for kind in ("van", "bicycle", "vans", "boat")),
    "GET /plain",
]
