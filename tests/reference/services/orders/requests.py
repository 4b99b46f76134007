YAML = {"headers": {"content-type": "application/x-yaml"}}

REQUESTS = [
    ("POST /orders", {"json": {"number": 1, "goods": ["pen"], "note": "n"}}),
    ("POST /orders?callback_url=https://example.com/a", {"json": {"number": "2"}}),
    ("POST /orders?callback_url=nowhere", {"json": {"number": "two", "goods": ["a"] * 4}}),
    ("POST /%7B$callback_url%7D/orders/1", {"json": {"isPaid": True}}),
    ("POST /goods-arrived", {"json": {"number": 1}}),
    "GET /orders/1?full=on",
    "GET /orders/one?full=perhaps",
    ("PUT /orders/1", {"json": {"isPaid": True}}),
    ("PUT /orders/1?hidden=h", {"json": {"paid": True}}),
    "GET /hidden",
    ("POST /orders/from-yaml", {"content": b"number: 3\ngoods: [a, b]\n", **YAML}),
    ("POST /orders/from-yaml", {"content": b"number: [", **YAML}),
    ("POST /orders/from-yaml", {"content": b"goods: {a: b}\n", **YAML}),
    "GET /count",
    "GET /manual",
    "GET /docs",
    "HEAD /document.json",
    "GET /redoc",
    "GET /openapi.json",
]
