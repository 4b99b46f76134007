REQUESTS = {
    (1,): ["GET /items/1", "GET /items/1?item-query=a", "GET /items/1?q=a", "GET /items/x?item-query="],
    range(2, 8): [
        "GET /items/1?q=a",
        "GET /items/0?q=a",
        "GET /items/-1?q=",
        "GET /items/1000?q=a",
        "GET /items/1001?q=a",
        "GET /items/1.5?q=a",
        "GET /items/1.0?q=a",
        "GET /items/x",
        "GET /items/%201?q=a",
        "GET /items/99999999999999999999?q=a",
    ],
    (8,): [
        "GET /items/0?q=a&size=0.5",
        "GET /items/1000?q=a&size=10.49",
        "GET /items/1?q=a&size=0",
        "GET /items/1001?q=&size=10.5",
        "GET /items/-1?size=big",
        "GET /items/1?q=a&size=nan",
        "GET /items/1?q=a&size=1e1",
    ],
}
