REQUESTS = {
    (1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14): [
        "GET /items/",
        "GET /items/?q=fixedquery",
        "GET /items/?q=other",
        "GET /items/?q=ab",
        "GET /items/?q=",
        f"GET /items/?q={'a' * 50}",
        f"GET /items/?q={'a' * 51}",
        "GET /items/?q=first&q=second",
        "GET /items/?q=%C3%A4%20%26",
    ],
    (10, 11, 12): [
        "GET /items/",
        "GET /items/?q=foo&q=bar",
        "GET /items/?q=",
        "GET /items/?q=1",
        "GET /items/?p=1",
    ],
    (15, 16): [
        "GET /items/",
        "GET /items/?item-query=fixedquery",
        "GET /items/?item-query=ab",
        "GET /items/?q=fixedquery",
    ],
    (17,): ["GET /items/", "GET /items/?hidden_query=seen", "GET /items/?hidden_query="],
    (18,): [
        "GET /items/?id=isbn-9781529046137",
        "GET /items/?id=imdb-none",
        "GET /items/?id=other",
        "GET /items/",
    ],
}
