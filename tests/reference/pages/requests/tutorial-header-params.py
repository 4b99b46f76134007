REQUESTS = {
    (1,): [
        ("GET /items/", {"headers": {"User-Agent": "me"}}),
        ("GET /items/", {"headers": {"user-agent": ""}}),
        ("GET /items/?user_agent=you", {"headers": {"user_agent": "you", "user-agent": "me"}}),
    ],
    (2,): [
        ("GET /items/", {"headers": {"strange_header": "a"}}),
        ("GET /items/", {"headers": {"strange-header": "a"}}),
        ("GET /items/", {"headers": {"Strange_Header": "a"}}),
        "GET /items/",
    ],
    (3,): [
        ("GET /items/", {"headers": [("X-Token", "foo"), ("x-token", "bar")]}),
        ("GET /items/", {"headers": {"x-token": "foo, bar"}}),
        "GET /items/",
    ],
}
