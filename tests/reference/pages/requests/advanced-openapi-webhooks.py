REQUESTS = {(1,): ["GET /users/", "POST /new-subscription", "GET /openapi.json"]}
