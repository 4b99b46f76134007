HEADERS = ["Bearer abc", "BEARER abc", "Bearer ", "Token abc", "abc"]

REQUESTS = {
    (1, 2): [
        request
        for path in ("/items/", "/users/me")
        for request in (
            f"GET {path}",
            *((f"GET {path}", {"headers": {"authorization": header}}) for header in HEADERS),
        )
    ],
}
