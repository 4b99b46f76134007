ITEM = {"name": "lamp", "price": 2.5}

REQUESTS = {
    (1, 2, 4, 5, 6): [
        ("POST /items/", {"json": ITEM}),
        ("POST /items/", {"json": {**ITEM, "tags": ["a", "a"], "other": 1}}),
        ("POST /items/", {"json": {"price": "dear", "tags": "a"}}),
        "POST /items/",
    ],
    (2, 3, 7): ["GET /items/", "GET /users/", "GET /elements/", "PUT /items/"],
}
