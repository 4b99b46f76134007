REQUESTS = {
    (1, 2): [
        "POST /send-notification/a@example.com",
        "POST /send-notification/b%20c?q=cheese",
        "GET /send-notification/a@example.com",
        "POST /send-notification/",
        "GET /openapi.json",
    ],
}
