FILE = {"file": ("a.txt", b"some content", "text/plain")}
SEVERAL = [("files", ("a.txt", b"one", "text/plain")), ("files", ("b.bin", b"three", "application/x-b"))]

REQUESTS = {
    (1, 2, 3): [
        ("POST /files/", {"files": FILE}),
        ("POST /uploadfile/", {"files": FILE}),
        ("POST /files/", {"files": {"file": ("", b"")}}),
        ("POST /uploadfile/", {"files": {"file": ("empty.txt", b"")}}),
        "POST /files/",
        "POST /uploadfile/",
        ("POST /files/", {"data": {"file": "text"}}),
        ("POST /uploadfile/", {"data": {"file": "text"}}),
        ("POST /files/", {"json": {"file": "text"}}),
        ("POST /uploadfile/", {"files": {"other": ("a.txt", b"x")}}),
        ("POST /uploadfile/", {"files": {"file": ("\u00e4 b.txt", b"x" * 2_000_000)}}),
    ],
    (4, 5): [
        "GET /",
        ("POST /files/", {"files": SEVERAL}),
        ("POST /uploadfiles/", {"files": SEVERAL}),
        ("POST /uploadfiles/", {"files": SEVERAL[:1]}),
        "POST /files/",
        "POST /uploadfiles/",
        ("POST /files/", {"data": {"files": ["a", "b"]}}),
        ("POST /uploadfiles/", {"data": {"files": "a"}}),
    ],
}
