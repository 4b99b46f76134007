REQUESTS = {
    (1,): [
        "GET /items/",
        "GET /items/?skip=1",
        "GET /items/?skip=1&limit=1",
        "GET /items/?skip=x",
        "GET /items/?limit=&skip=1.0",
        "GET /items?skip=2",
    ],
    (2, 3): [
        "GET /items/foo",
        "GET /items/foo?q=a",
        *[f"GET /items/foo?short={value}" for value in ("1", "True", "true", "ON", "yes", "y", "t")],
        *[f"GET /items/foo?short={value}" for value in ("0", "FALSE", "off", "no", "maybe", "", "2")],
        "GET /items/foo?short=1&q=",
    ],
    (4,): [
        "GET /users/1/items/foo",
        "GET /users/1/items/foo?q=a&short=1",
        "GET /users/x/items/foo?short=x",
        "GET /users/1/items/",
    ],
    (5, 6): [
        "GET /items/foo",
        "GET /items/foo?needy=a",
        "GET /items/foo?needy=",
        "GET /items/foo?needy=a&skip=1&limit=2",
        "GET /items/foo?skip=x&limit=y",
    ],
}
