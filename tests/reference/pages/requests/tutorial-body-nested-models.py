PLAIN = {"name": "lamp", "price": 2.5}
IMAGE = {"url": "http://example.com/a.png", "name": "a"}
BAD_IMAGE = {"url": "no address", "name": 3}

REQUESTS = {
    range(1, 8): [
        ("PUT /items/1", {"json": PLAIN}),
        ("PUT /items/1", {"json": {**PLAIN, "tags": ["a"], "tax": 1, "description": "x"}}),
        ("PUT /items/1", {"json": {**PLAIN, "tags": ["a", "a"]}}),
        ("PUT /items/1", {"json": {**PLAIN, "tags": [1, None]}}),
        ("PUT /items/1", {"json": {**PLAIN, "tags": "a"}}),
        ("PUT /items/x", {"json": {"tags": {}}}),
    ],
    (5, 6): [
        ("PUT /items/1", {"json": {**PLAIN, "image": IMAGE}}),
        ("PUT /items/1", {"json": {**PLAIN, "image": {**IMAGE, "url": "HTTP://Example.com"}}}),
        ("PUT /items/1", {"json": {**PLAIN, "image": BAD_IMAGE}}),
        ("PUT /items/1", {"json": {**PLAIN, "image": []}}),
    ],
    (7,): [
        ("PUT /items/1", {"json": {**PLAIN, "images": [IMAGE, IMAGE]}}),
        ("PUT /items/1", {"json": {**PLAIN, "images": [IMAGE, BAD_IMAGE, {}]}}),
        ("PUT /items/1", {"json": {**PLAIN, "images": IMAGE}}),
    ],
    (8,): [
        ("POST /offers/", {"json": {**PLAIN, "items": [{**PLAIN, "images": [IMAGE]}]}}),
        ("POST /offers/", {"json": {**PLAIN, "items": []}}),
        ("POST /offers/", {"json": {**PLAIN, "items": [PLAIN, {"images": [BAD_IMAGE]}]}}),
        ("POST /offers/", {"json": PLAIN}),
    ],
    (9,): [
        ("POST /images/multiple/", {"json": [IMAGE, IMAGE]}),
        ("POST /images/multiple/", {"json": []}),
        ("POST /images/multiple/", {"json": [IMAGE, BAD_IMAGE]}),
        ("POST /images/multiple/", {"json": IMAGE}),
        "POST /images/multiple/",
        ("POST /images/multiple/", {"json": [{**IMAGE, "url": "ftp://example.com"}]}),
    ],
    (10,): [
        ("POST /index-weights/", {"json": {"1": 2.5, "-2": 3}}),
        ("POST /index-weights/", {"json": {}}),
        ("POST /index-weights/", {"json": {"one": 1, "2": "two"}}),
        ("POST /index-weights/", {"json": [1]}),
        "POST /index-weights/",
    ],
}
