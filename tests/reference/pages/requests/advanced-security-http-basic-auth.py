def asked(header):
    return ("GET /users/me", {"headers": {"authorization": header}})


REQUESTS = {
    (1, 2): [
        "GET /users/me",
        ("GET /users/me", {"auth": ("stanleyjobson", "swordfish")}),
        ("GET /users/me", {"auth": ("stanleyjobson", "wrong")}),
        ("GET /users/me", {"auth": ("\u00e4nn", "p:\u00f6")}),
        ("GET /users/me", {"auth": ("", "")}),
        asked("Basic"),
        asked("Basic no-base64!"),
        asked("Basic bm9jb2xvbg=="),
        asked("basic YTpi"),
        asked("Bearer YTpi"),
        asked("Basic /w=="),
    ],
}
