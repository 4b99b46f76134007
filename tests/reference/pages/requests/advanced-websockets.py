REQUESTS = {
    (1, 2, 3): ["GET /"],
    (1,): [
        ("WS /ws", {"send": ["a", "b"]}),
        ("WS /ws", {"send": []}),
        ("WS /other", {"send": []}),
        "GET /ws",
    ],
    (2,): [
        ("WS /items/foo/ws", {"send": ["a"]}),
        ("WS /items/foo/ws?token=t", {"send": ["a"]}),
        ("WS /items/foo/ws?token=t&q=3", {"send": ["a", "b"]}),
        ("WS /items/foo/ws?token=t&q=x", {"send": ["a"]}),
        ("WS /items/foo/ws?token=t", {"send": ["a"], "headers": {"cookie": "session=s"}}),
        ("WS /items/foo/ws", {"send": ["a"], "headers": {"cookie": "session=s"}}),
    ],
    (3,): [
        ("WS /ws/1", {"send": ["a"]}),
        ("WS /ws/1", {"send": ["a", "b"], "beside": ["/ws/2", "/ws/3"]}),
        ("WS /ws/one", {"send": ["a"]}),
    ],
}
