REQUESTS = {(1,): ["GET /", "GET /openapi.json", "POST /docs"]}
