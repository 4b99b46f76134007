REQUESTS = {
    (1, 2): [
        "GET /",
        "HEAD /",
        "POST /",
        "OPTIONS /",
        "GET /none",
        "GET /openapi.json",
        "GET /docs",
        "GET /redoc",
        "GET /docs/oauth2-redirect",
    ],
}
