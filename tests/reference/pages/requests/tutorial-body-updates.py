REQUESTS = {
    (1, 2): ["GET /items/foo", "GET /items/bar", "GET /items/baz", "GET /items/none"],
    (1,): [
        ("PUT /items/bar", {"json": {"name": "new", "price": 3, "description": None}}),
        ("PUT /items/more", {"json": {}}),
        ("PUT /items/bar", {"json": {"price": "dear", "tags": 3}}),
    ],
    (2,): [
        ("PATCH /items/bar", {"json": {"price": 3, "description": None}}),
        ("PATCH /items/foo", {"json": {"tags": ["a", "b"]}}),
        ("PATCH /items/foo", {"json": {}}),
        ("PATCH /items/foo", {"json": {"tax": None}}),
        ("PATCH /items/none", {"json": {}}),
    ],
    range(1, 3): ["GET /items/foo", "GET /items/bar", "GET /items/more"],
}
