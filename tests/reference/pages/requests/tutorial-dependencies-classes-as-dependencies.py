REQUESTS = {
    (1, 3, 4, 5): [
        "GET /items/",
        "GET /items/?q=a",
        "GET /items/?skip=1&limit=1",
        "GET /items/?skip=x&limit=y",
        "GET /items/?q=a&skip=-1&limit=",
        "GET /users/?skip=3",
    ],
}
