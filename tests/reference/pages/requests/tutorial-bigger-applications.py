TOKENS = {"headers": {"x-token": "fake-super-secret-token"}, "params": {"token": "jessica"}}
WRONG = {"headers": {"x-token": "guess"}, "params": {"token": "jessica"}}

PROGRAMS = {
    4: {
        "app/__init__.py": 0,
        "app/main.py": 4,
        "app/dependencies.py": 2,
        "app/routers/__init__.py": 0,
        "app/routers/users.py": 1,
        "app/routers/items.py": 3,
        "app/internal/__init__.py": 0,
        "app/internal/admin.py": 5,
    },
}
REQUESTS = {
    (4,): [
        "GET /",
        "GET /?token=guess",
        "GET /?token=jessica",
        "GET /users/?token=jessica",
        "GET /users/me?token=jessica",
        "GET /users/somebody?token=jessica",
        "GET /users/somebody",
        "GET /items/?token=jessica",
        ("GET /items/", TOKENS),
        ("GET /items/", WRONG),
        ("GET /items/gun", TOKENS),
        ("GET /items/bow", TOKENS),
        ("GET /items", TOKENS),
        ("PUT /items/plumbus", TOKENS),
        ("PUT /items/gun", TOKENS),
        ("PUT /items/gun", WRONG),
        ("POST /admin/", TOKENS),
        ("POST /admin/", WRONG),
        "POST /admin/",
        ("GET /admin/", TOKENS),
        ("POST /", TOKENS),
    ],
}
