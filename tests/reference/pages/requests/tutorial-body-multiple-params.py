ITEM = {"name": "lamp", "price": 2.5}
USER = {"username": "ann", "full_name": "Ann"}

REQUESTS = {
    (1,): [
        "PUT /items/0",
        ("PUT /items/1000?q=a", {"json": ITEM}),
        ("PUT /items/1", {"json": None}),
        "PUT /items/-1",
        ("PUT /items/1001?q=a&q=b", {"json": {"name": "lamp"}}),
        ("PUT /items/1", {"content": "{", "headers": {"content-type": "application/json"}}),
    ],
    (2, 3, 4): [
        ("PUT /items/1", {"json": {"item": ITEM, "user": USER}}),
        ("PUT /items/1", {"json": {"item": ITEM, "user": USER, "importance": 5}}),
        ("PUT /items/1?q=a", {"json": {"item": ITEM, "user": USER, "importance": 0}}),
        ("PUT /items/1?q=a", {"json": {"item": ITEM, "user": USER, "importance": "3"}}),
        ("PUT /items/x", {"json": {"item": {}, "user": 3, "importance": "many"}}),
        ("PUT /items/1", {"json": ITEM}),
        "PUT /items/1",
        ("PUT /items/1", {"json": [1]}),
    ],
    (5,): [
        ("PUT /items/1", {"json": {"item": ITEM}}),
        ("PUT /items/1", {"json": ITEM}),
        ("PUT /items/x", {"json": {"item": {"name": 3}}}),
        "PUT /items/1",
    ],
}
