HERO = {"name": "Ann", "secret_name": "A"}

REQUESTS = {
    (2, 12): [
        "GET /heroes/",
        ("POST /heroes/", {"json": HERO}),
        ("POST /heroes/", {"json": {**HERO, "name": "Bob", "age": 30}}),
        ("POST /heroes/", {"json": {**HERO, "name": "Cid", "age": 40, "id": 9}}),
        ("POST /heroes/", {"json": {}}),
        ("POST /heroes/", {"json": {**HERO, "age": "old"}}),
        "GET /heroes/",
        "GET /heroes/?offset=1&limit=1",
        "GET /heroes/?limit=101",
        "GET /heroes/?offset=x",
        "GET /heroes/1",
        "GET /heroes/99",
        "GET /heroes/x",
        ("PATCH /heroes/1", {"json": {"age": 20}}),
        ("PATCH /heroes/1", {"json": {"name": "Eve", "secret_name": "E", "age": None}}),
        ("PATCH /heroes/1", {"json": {"age": "old"}}),
        ("PATCH /heroes/99", {"json": {}}),
        "DELETE /heroes/1",
        "DELETE /heroes/1",
        "GET /heroes/",
    ],
}
