REQUESTS = {
    (1,): ["GET /predict?x=2", "GET /predict?x=a", "GET /predict"],
    (2,): ["GET /items/foo", "GET /items/bar", "GET /items/none"],
    (3,): ["GET /items/", "GET /items/none"],
}
