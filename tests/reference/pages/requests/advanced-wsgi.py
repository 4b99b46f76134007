REQUESTS = {
    (1,): ["GET /v1/", "GET /v1/?name=%3Cb%3E", "GET /v2", "GET /v1/none", "POST /v1/", "GET /openapi.json"],
}
