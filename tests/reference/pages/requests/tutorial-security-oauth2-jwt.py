# What the example takes from passlib, whose last release does not work with today's bcrypt.
PASSLIB = """
class CryptContext:
    def __init__(self, schemes, deprecated):
        pass

    def verify(self, plain, hashed):
        return plain == "secret"
"""
FILES = {"passlib/__init__.py": "", "passlib/context.py": PASSLIB}
BEARER = {"headers": {"authorization": "Bearer <token>"}}
# Signed by somebody else, and signed by nobody.
FOREIGN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJqb2huZG9lIn0.dGhpcyBpcyBub3QgdGhlIHNpZ25hdHVyZQ"
UNSIGNED = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJqb2huZG9lIn0."

REQUESTS = {
    (1,): [
        "POST /token",
        ("POST /token", {"data": {"username": "johndoe", "password": "wrong"}}),
        ("POST /token", {"data": {"username": "nobody", "password": "secret"}}),
        ("POST /token", {"data": {"username": "johndoe", "password": "secret", "grant_type": "code"}}),
        ("POST /token", {"data": {"username": "johndoe", "password": "secret", "grant_type": "password"}}),
        ("POST /token", {"json": {"username": "johndoe", "password": "secret"}}),
        ("POST /token", {"data": {"username": "johndoe", "password": "secret"}}),
        ("GET /users/me/", BEARER),
        ("GET /users/me/items/", BEARER),
        ("GET /users/me", BEARER),
        "GET /users/me/",
        ("GET /users/me/", {"headers": {"authorization": "Basic <token>"}}),
        ("GET /users/me/", {"headers": {"authorization": "Bearer no-token"}}),
        ("GET /users/me/items/", {"headers": {"authorization": f"Bearer {FOREIGN}"}}),
        ("GET /users/me/items/", {"headers": {"authorization": f"Bearer {UNSIGNED}"}}),
    ],
}
