REQUESTS = {
    (1, 2): [
        "GET /items/",
        "GET /users/?q=a&skip=5&limit=1",
        "GET /items/?q=a&q=b",
        "GET /items/?skip=1.5",
        "GET /users/?skip=x&limit=y",
        "GET /users/?skip=&limit=",
    ],
}
