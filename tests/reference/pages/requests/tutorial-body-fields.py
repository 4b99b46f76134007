REQUESTS = {
    (1,): [
        ("PUT /items/1", {"json": {"item": {"name": "lamp", "price": 2}}}),
        ("PUT /items/1", {"json": {"item": {"name": "lamp", "price": "2.5", "tax": 1, "description": "x"}}}),
        ("PUT /items/1", {"json": {"name": "lamp", "price": 2}}),
        ("PUT /items/1", {"json": {"item": {"name": "lamp", "price": 0}}}),
        ("PUT /items/x", {"json": {"item": {"price": -1, "description": "x" * 301}}}),
        "PUT /items/1",
        ("PUT /items/1", {"json": {"item": None}}),
        ("PUT /items/1", {"json": []}),
    ],
}
