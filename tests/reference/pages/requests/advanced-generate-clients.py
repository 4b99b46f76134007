REQUESTS = {
    (1, 2, 3): [
        "GET /items/",
        ("POST /items/", {"json": {"name": "lamp", "price": 2}}),
        ("POST /items/", {"json": {"name": "lamp"}}),
        ("POST /users/", {"json": {"username": "ann", "email": "a"}}),
        ("POST /users/", {"json": {"username": 1}}),
    ],
}
