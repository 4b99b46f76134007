def asked(headers, **more):
    return ("GET /items/", {"headers": headers, **more})


REQUESTS = {
    (1, 2, 3): [
        asked({"save-data": "true"}),
        asked({"save-data": "true", "if-modified-since": "yesterday", "traceparent": "00"}),
        asked({"save_data": "1"}),
        asked([("save-data", "on"), ("x-tag", "a"), ("x-tag", "b")]),
        asked([("save_data", "on"), ("x_tag", "a"), ("x_tag", "b")]),
        asked({"save-data": "maybe"}),
        asked({"save-data": "true", "tool": "plumbus"}),
        "GET /items/",
    ],
}
