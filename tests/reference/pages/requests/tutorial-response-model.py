ITEM = {"name": "lamp", "price": 2.5}
USER = {"username": "ann", "password": "pa", "email": "ann@example.com"}

REQUESTS = {
    (1, 2): [
        "GET /items/",
        ("POST /items/", {"json": ITEM}),
        ("POST /items/", {"json": {**ITEM, "tags": ["b", "a"], "tax": 1, "other": 2}}),
        ("POST /items/", {"json": {"price": "dear", "tags": [1]}}),
        "POST /items/",
    ],
    (3, 4, 5): [
        ("POST /user/", {"json": USER}),
        ("POST /user/", {"json": {**USER, "full_name": "Ann", "other": 1}}),
        ("POST /user/", {"json": {**USER, "email": "nowhere"}}),
        ("POST /user/", {"json": {"email": None}}),
    ],
    (6, 9): ["GET /portal", "GET /portal?teleport=1", "GET /portal?teleport=maybe"],
    (7,): ["GET /teleport", "HEAD /teleport"],
    (10,): ["GET /items/foo", "GET /items/bar", "GET /items/baz", "GET /items/none"],
    (11, 12): [f"GET /items/{name}/{view}" for name in ("foo", "bar", "none") for view in ("name", "public")],
}
