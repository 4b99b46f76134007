REQUESTS = {
    (1,): [
        "GET /items/",
        "GET /items/?q=a",
        ("GET /items/", {"headers": {"cookie": "last_query=b"}}),
        ("GET /items/?q=a", {"headers": {"cookie": "last_query=b"}}),
        ("GET /items/?q=", {"headers": {"cookie": "last_query=b"}}),
    ],
}
