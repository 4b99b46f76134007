ITEM = {"name": "lamp", "price": 2.5}
YAML = {"content-type": "application/x-yaml"}

REQUESTS = {
    (1, 2, 3, 5): ["GET /items/", "GET /openapi.json"],
    (4, 6): [
        ("POST /items/", {"json": ITEM}),
        ("POST /items/", {"json": {"name": 1, "tags": "a"}}),
        ("POST /items/", {"content": "no JSON"}),
        "POST /items/",
    ],
    (7,): [
        ("POST /items/", {"content": "name: lamp\ntags: [a, b]", "headers": YAML}),
        ("POST /items/", {"content": "name: lamp", "headers": YAML}),
        ("POST /items/", {"content": "name: [", "headers": YAML}),
        ("POST /items/", {"content": "tags:\n- 1\n- a\nname: 2"}),
        "POST /items/",
    ],
}
