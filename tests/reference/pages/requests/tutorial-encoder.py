REQUESTS = {
    (1,): [
        ("PUT /items/a", {"json": {"title": "a", "timestamp": "2024-05-06T07:08:09Z"}}),
        ("PUT /items/a", {"json": {"title": "a", "timestamp": 0, "description": "x"}}),
        ("PUT /items/a", {"json": {"title": "a", "timestamp": "yesterday"}}),
        ("PUT /items/a", {"json": {}}),
        "PUT /items/a",
    ],
}
