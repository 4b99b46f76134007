REQUESTS = {
    (1,): [
        "GET /items/",
        ("GET /items/", {"headers": {"authorization": "Bearer abc"}}),
        ("GET /items/", {"headers": {"authorization": "bearer a b"}}),
        ("GET /items/", {"headers": {"authorization": "Bearer"}}),
        ("GET /items/", {"headers": {"authorization": "Basic abc"}}),
        ("GET /items/", {"headers": {"authorization": ""}}),
        "GET /openapi.json",
    ],
}
