PARTS = {"file": ("a.txt", b"abc"), "fileb": ("b.txt", b"defg", "text/x-b")}

REQUESTS = {
    (1,): [
        ("POST /files/", {"files": PARTS, "data": {"token": "t"}}),
        ("POST /files/", {"files": PARTS}),
        ("POST /files/", {"data": {"token": "t"}}),
        ("POST /files/", {"files": {"file": PARTS["file"]}, "data": {"token": "t", "fileb": "text"}}),
        "POST /files/",
        ("POST /files/", {"json": {"token": "t"}}),
    ],
}
