BOTH = {"x-token": "fake-super-secret-token", "x-key": "fake-super-secret-key"}

REQUESTS = {
    (1,): [
        "GET /items/",
        "GET /users/",
        ("GET /items/", {"headers": BOTH}),
        ("GET /users/", {"headers": BOTH}),
        ("GET /users/", {"headers": {**BOTH, "x-key": "guess"}}),
        ("GET /users/", {"headers": {**BOTH, "x-token": "guess"}}),
        "GET /none",
    ],
}
