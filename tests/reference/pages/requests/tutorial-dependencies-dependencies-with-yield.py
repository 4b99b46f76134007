REQUESTS = {
    (3, 4, 5): ["GET /items/plumbus", "GET /items/portal-gun", "GET /items/none", "POST /items/plumbus"]
}
