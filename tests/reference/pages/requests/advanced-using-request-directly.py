REQUESTS = {(1,): ["GET /items/foo", "GET /items/", "POST /items/foo"]}
