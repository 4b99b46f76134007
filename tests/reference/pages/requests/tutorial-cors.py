KNOWN = {"origin": "http://localhost:8080"}
STRANGE = {"origin": "http://example.com"}
PREFLIGHT = {"access-control-request-method": "PUT", "access-control-request-headers": "x-token"}

REQUESTS = {
    (1,): [
        "GET /",
        ("GET /", {"headers": KNOWN}),
        ("GET /", {"headers": STRANGE}),
        ("GET /", {"headers": {**KNOWN, "cookie": "a=b"}}),
        ("OPTIONS /", {"headers": {**KNOWN, **PREFLIGHT}}),
        ("OPTIONS /", {"headers": {**STRANGE, **PREFLIGHT}}),
        ("OPTIONS /", {"headers": KNOWN}),
        ("GET /none", {"headers": KNOWN}),
    ],
}
