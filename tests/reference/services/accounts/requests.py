TOKEN = {"headers": {"authorization": "Bearer <token>"}}
CLERK = "Basic Y2xlcms6ZHVzdHkgZmlsZXM="


def login(name, password, **more):
    return ("POST /login", {"data": {"username": name, "password": password, **more}})


REQUESTS = [
    "GET /me",
    "GET /token",
    ("GET /token", {"headers": {"authorization": "Bearer abc"}}),
    ("GET /token", {"headers": {"authorization": "bearer  abc"}}),
    ("GET /token", {"headers": {"authorization": "Basic abc"}}),
    ("GET /token", {"headers": {"authorization": "Bearer"}}),
    login("ann", "2"),
    login("nobody", "1"),
    "POST /login",
    login("ann", "1", grant_type="password"),
    login("ann", "1", grant_type="other"),
    login("ann", "1"),
    ("GET /me", TOKEN),
    ("GET /me/visits", TOKEN),
    ("GET /me/any", TOKEN),
    login("ann", "1", scope="profile"),
    ("GET /me", TOKEN),
    ("GET /me/visits", TOKEN),
    login("ann", "1", scope="profile visits more"),
    ("GET /me", TOKEN),
    ("GET /me/visits", TOKEN),
    login("bob", "2", scope="profile"),
    ("GET /me", TOKEN),
    ("GET /me/any", TOKEN),
    ("GET /me", {"headers": {"authorization": "Bearer a.b.c"}}),
    "GET /files",
    ("GET /files", {"headers": {"authorization": CLERK}}),
    ("GET /files", {"auth": ("clerk", "wrong")}),
    ("GET /files", {"auth": ("", "")}),
    ("GET /files/plain", {"auth": ("a", "b:c")}),
    ("GET /files/plain", {"headers": {"authorization": "Basic ???"}}),
    ("GET /files/plain", {"headers": {"authorization": "Basic YWJj"}}),
    ("GET /files/plain", {"headers": {"authorization": "Bearer abc"}}),
    "GET /files/perhaps",
    ("GET /files/perhaps", {"auth": ("a", "b")}),
    ("GET /files/perhaps", {"headers": {"authorization": "Digest abc"}}),
]
