ITEM = {"name": "lamp", "price": 2.5}
JSON = {"content-type": "application/json"}

BODIES = [
    {"json": ITEM},
    {"json": {**ITEM, "tax": 0.5, "description": "x"}},
    {"json": {**ITEM, "price": "2.5", "unknown": 1}},
    {"json": {"name": None, "price": "dear", "tax": []}},
    {"json": {}},
    {"json": [ITEM]},
    {"json": "lamp"},
    {"json": None},
    {},
    {"content": '{"name": "lamp", ', "headers": JSON},
    {"content": '{"name": "lamp", "price": 2}', "headers": {"content-type": "text/plain"}},
    {"content": '{"name": "lamp", "price": 2}', "headers": {"content-type": "application/x.y+json"}},
    {"content": '{"name": "lamp", "price": 2}'},
    {"data": {"name": "lamp", "price": "2"}},
]
REQUESTS = {
    (1, 2): [("POST /items/", body) for body in BODIES] + ["GET /items/", ("POST /items", {"json": ITEM})],
    (3, 4): [("PUT /items/7", body) for body in BODIES[:9]]
    + [("PUT /items/x", {"json": {}}), ("PUT /items/7?q=a", {"json": ITEM}), "PUT /items/x?q="],
}
