REQUESTS = {(1,): ["GET /", "POST /", "HEAD /"]}
