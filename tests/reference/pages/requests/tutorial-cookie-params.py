REQUESTS = {
    (1,): [
        "GET /items/",
        ("GET /items/", {"headers": {"cookie": "ads_id=abc"}}),
        ("GET /items/", {"headers": {"cookie": "other=1; ads_id="}}),
        "GET /items/?ads_id=abc",
    ],
}
