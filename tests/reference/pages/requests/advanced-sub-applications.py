REQUESTS = {
    (1,): [
        "GET /app",
        "GET /subapi/sub",
        "GET /sub",
        "GET /subapi/app",
        "GET /subapi",
        "GET /subapi/openapi.json",
        "GET /openapi.json",
        "GET /subapi/docs",
        "GET /docs",
        "POST /subapi/sub",
        "GET /subapi/sub/",
    ],
}
