REQUESTS = {
    (1, 2): [
        ("POST /login/", {"data": {"username": "ann", "password": "pa"}}),
        ("POST /login/", {"data": {"username": "ann", "password": "pa", "extra": "x"}}),
        ("POST /login/", {"data": {"username": "ann"}}),
        ("POST /login/", {"data": {"username": "", "password": ""}}),
        ("POST /login/", {"files": {"username": (None, "ann"), "password": (None, "pa")}}),
        ("POST /login/", {"json": {"username": "ann", "password": "pa"}}),
        "POST /login/",
    ],
}
