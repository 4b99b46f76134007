PLACES = ["GET /openapi.json", "GET /docs", "GET /redoc", "GET /api/v1/openapi.json", "GET /documentation"]

REQUESTS = {
    range(1, 6): ["GET /items/", *PLACES],
    (3,): ["GET /users/"],
    (5,): ["GET /documentation/oauth2-redirect", "GET /docs/oauth2-redirect"],
}
