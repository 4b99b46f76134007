ITEM = {"name": "lamp", "price": 2.5}

REQUESTS = {
    (1,): [
        ("POST /items/", {"json": ITEM}),
        ("POST /items/", {"json": {**ITEM, "price": "3", "tax": 1, "description": "x", "other": 1}}),
        ("POST /items/", {"json": {"price": "dear", "tax": []}}),
        ("POST /items/", {"json": [1]}),
        "POST /items/",
    ],
    (2,): ["GET /items/next", "GET /items/other"],
    (3,): [
        "GET /authors/",
        ("POST /authors/ann/items/", {"json": [{"name": "a"}, {"name": "b", "description": "x"}]}),
        ("POST /authors/ann/items/", {"json": []}),
        ("POST /authors/ann/items/", {"json": [{"name": 1}, {}, 3]}),
        ("POST /authors/ann/items/", {"json": {"name": "a"}}),
        "POST /authors/ann/items/",
    ],
}
