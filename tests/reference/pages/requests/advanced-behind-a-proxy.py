REQUESTS = {
    (1, 2, 3, 4): [
        "GET /app",
        "GET /api/v1/app",
        "GET /openapi.json",
        "GET /api/v1/openapi.json",
        "GET /docs",
        "GET /api/v1/docs",
        "GET /app/",
    ],
}
