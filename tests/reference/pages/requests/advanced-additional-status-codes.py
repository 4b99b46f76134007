REQUESTS = {
    (1,): [
        ("PUT /items/foo", {"json": {"name": "a", "size": 1}}),
        ("PUT /items/new", {"json": {"name": "a"}}),
        ("PUT /items/new", {"json": {}}),
        "PUT /items/bar",
        ("PUT /items/foo", {"json": {"name": 1, "size": "x"}}),
        ("PUT /items/foo", {"json": "a"}),
    ],
}
