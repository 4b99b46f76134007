REQUESTS = {
    (1,): [
        ("POST /login/", {"data": {"username": "ann", "password": "pa"}}),
        ("POST /login/", {"data": {"username": "\u00e4 &", "password": "pa", "other": "x"}}),
        ("POST /login/", {"data": {"username": ["ann", "bob"], "password": "pa"}}),
        ("POST /login/", {"data": {"username": ""}}),
        ("POST /login/", {"files": {"username": (None, "ann"), "password": (None, "pa")}}),
        ("POST /login/", {"json": {"username": "ann", "password": "pa"}}),
        "POST /login/",
    ],
}
