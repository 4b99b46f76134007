RIGHT = {"x-token": "coneofsilence"}
WRONG = {"x-token": "guess"}

PROGRAMS = {
    2: {"app/__init__.py": 0, "app/main.py": 2, "app/test_main.py": 3},
    4: {"app/__init__.py": 0, "app/main.py": 4, "app/test_main.py": 5},
}
TESTS = {1: ["main.py"], 2: ["app/test_main.py"], 4: ["app/test_main.py"]}
REQUESTS = {
    (1, 2): ["GET /", "POST /", "HEAD /"],
    (4,): [
        ("GET /items/foo", {"headers": RIGHT}),
        ("GET /items/foo", {"headers": WRONG}),
        ("GET /items/none", {"headers": RIGHT}),
        "GET /items/foo",
        ("POST /items/", {"headers": RIGHT, "json": {"id": "new", "title": "New"}}),
        ("GET /items/new", {"headers": RIGHT}),
        ("POST /items/", {"headers": RIGHT, "json": {"id": "foo", "title": "New"}}),
        ("POST /items/", {"headers": WRONG, "json": {"id": "more", "title": "New"}}),
        ("POST /items/", {"headers": RIGHT, "json": {"id": 1}}),
        "POST /items/",
    ],
}
