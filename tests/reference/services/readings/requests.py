ONE = ("one.txt", b"hello", "text/plain")


def form(path, data):
    return (f"POST /{path}", {"data": data})


def files(path, *parts, **data):
    return (f"POST /{path}", {"files": list(parts), "data": data})


REQUESTS = [
    "GET /",
    form("fields", {"name": "ann"}),
    form("fields", {"name": "ann", "years": "4", "words": ["a", "b"], "other-name": "o"}),
    form("fields", {"name": "a", "years": "x", "other": "o"}),
    form("fields", {"name": ""}),
    "POST /fields",
    ("POST /fields", {"json": {"name": "ann"}}),
    files("fields", ("more", ONE), name="ann"),
    form("signatures", {"name": "ann", "words": ["a"], "years": 5, "more": 1}),
    form("signatures", {"years": "-1"}),
    form("signatures/strict", {"name": "ann", "key": "k"}),
    form("signatures/strict", {"name": "ann", "more": "m"}),
    "POST /bytes",
    files("bytes", ("file", ONE)),
    form("bytes", {"file": "text"}),
    files("files", ("file", ONE)),
    files("files", ("file", ("ä b.bin", b"\x41\x42", "application/x"))),
    form("files", {"file": "text"}),
    "POST /files",
    "POST /files/perhaps",
    files("files/perhaps", ("file", ONE)),
    files("files/many", ("files", ONE), ("files", ("two", b"2"))),
    files("files/many", ("files", ONE), ("sums", ONE), ("sums", ("", b"12"))),
    files("files/many", ("sums", ONE)),
    files("mixed", ("file", ONE), ("again", ONE), token="t"),
    files("mixed", ("file", ONE)),
    ("POST /mixed", {"content": b"--x", "headers": {"content-type": "multipart/form-data"}}),
]
