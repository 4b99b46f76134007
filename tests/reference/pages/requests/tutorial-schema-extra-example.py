ITEM = {"name": "lamp", "price": 2.5}

REQUESTS = {
    range(1, 6): [
        ("PUT /items/1", {"json": ITEM}),
        ("PUT /items/1", {"json": {**ITEM, "price": "35.4", "tax": 3.2, "description": "x"}}),
        ("PUT /items/1", {"json": {**ITEM, "price": "thirty"}}),
        ("PUT /items/x", {"json": {}}),
        "PUT /items/1",
    ],
}
