REQUESTS = {
    (1,): [
        ("PUT /items/a", {"json": {"title": "a", "timestamp": "2024-05-06T07:08:09+02:00"}}),
        ("PUT /items/a", {"json": {"title": "a", "timestamp": 1.5, "description": "x"}}),
        ("PUT /items/a", {"json": {"title": 1, "timestamp": "x"}}),
        "PUT /items/a",
    ],
    (2,): ["GET /legacy/", "HEAD /legacy/"],
}
