REQUESTS = {
    (1,): [f"GET /query-checker/{query}" for query in ("", "?q=", "?q=a%20bar", "?q=foo", "?q=foo&q=bar")],
}
