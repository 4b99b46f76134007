TOKEN = {"x-token": "fake-super-secret-token"}
KEY = {"x-key": "fake-super-secret-key"}

REQUESTS = {
    (1,): [
        "GET /items/",
        ("GET /items/", {"headers": TOKEN}),
        ("GET /items/", {"headers": KEY}),
        ("GET /items/", {"headers": {**TOKEN, **KEY}}),
        ("GET /items/", {"headers": {**TOKEN, "x-key": "guess"}}),
        ("GET /items/", {"headers": {**KEY, "X-Token": "guess"}}),
        ("GET /items/", {"headers": {"x-token": "guess", "x-key": "guess"}}),
    ],
}
