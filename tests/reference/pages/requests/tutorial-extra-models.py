USER = {"username": "ann", "password": "pa", "email": "ann@example.com"}

REQUESTS = {
    (1, 6): [
        ("POST /user/", {"json": USER}),
        ("POST /user/", {"json": {**USER, "full_name": "Ann"}}),
        ("POST /user/", {"json": {**USER, "email": "ann"}}),
        ("POST /user/", {"json": {**USER, "email": "ann@", "username": 1}}),
        ("POST /user/", {"json": {}}),
        "POST /user/",
    ],
    (7,): ["GET /items/item1", "GET /items/item2", "GET /items/item3"],
    (8,): ["GET /items/", "GET /items"],
    (9,): ["GET /keyword-weights/", "POST /keyword-weights/"],
}
