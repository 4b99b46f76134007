REQUESTS = {
    (1, 2): [
        "GET /items/",
        "GET /items/?limit=5&offset=1&order_by=updated_at&tags=a&tags=b",
        "GET /items/?tags=a",
        "GET /items/?limit=0&offset=-1&order_by=name",
        "GET /items/?limit=101",
        "GET /items/?limit=x",
        "GET /items/?tool=plumbus",
        "GET /items/?tool=a&tool=b&more=c",
        "GET /items/?limit=1&limit=2",
    ],
}
