REQUESTS = {
    (1,): ["POST /cookie-and-object/", "GET /cookie-and-object/"],
    (2,): ["POST /cookie/", "POST /cookie"],
}
