# What the example takes from passlib, whose last release does not work with today's bcrypt.
PASSLIB = """
class CryptContext:
    def __init__(self, schemes, deprecated):
        pass

    def verify(self, plain, hashed):
        return plain == "secret"
"""
FILES = {"passlib/__init__.py": "", "passlib/context.py": PASSLIB}


def login(scope, **more):
    return ("POST /token", {"data": {"username": "johndoe", "password": "secret", "scope": scope, **more}})


ASKED = [
    (f"GET {path}", {"headers": {"authorization": "Bearer <token>"}})
    for path in ("/users/me/", "/users/me/items/", "/status/")
]
REQUESTS = {
    (1,): [
        "GET /users/me/",
        "GET /users/me/items/",
        "GET /status/",
        login("me items"),
        *ASKED,
        login("me"),
        *ASKED,
        login("items"),
        *ASKED,
        login(""),
        *ASKED,
        login("me", username="alice"),
        *ASKED,
        login("me", password="wrong"),
        login("me", username="nobody"),
        login("me", grant_type="code"),
        "POST /token",
        ("GET /users/me/items/", {"headers": {"authorization": "Bearer no-token"}}),
        ("GET /status/", {"headers": {"authorization": "Bearer no-token"}}),
    ],
}
