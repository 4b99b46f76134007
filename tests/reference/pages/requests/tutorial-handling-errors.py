REQUESTS = {
    (1,): ["GET /items/foo", "GET /items/bar", "GET /other", "DELETE /items/foo"],
    (2,): ["GET /items-header/foo", "GET /items-header/bar"],
    (3,): ["GET /unicorns/anna", "GET /unicorns/yolo", "GET /unicorns/"],
    (4, 6): ["GET /items/1", "GET /items/3", "GET /items/foo", "GET /other", "DELETE /items/1"],
    (5,): [
        ("POST /items/", {"json": {"title": "a", "size": 1}}),
        ("POST /items/", {"json": {"title": "a", "size": "XL"}}),
        ("POST /items/", {"json": [1, 2]}),
        ("POST /items/", {"content": "{", "headers": {"content-type": "application/json"}}),
        "POST /items/",
    ],
}
