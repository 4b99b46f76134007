REQUESTS = {
    (1,): ["GET /headers-and-object/", "HEAD /headers-and-object/"],
    (2,): ["GET /headers/", "POST /headers/"],
}
