FILES = {"large-video-file.mp4": b"0123456789\n" * 30}
REQUESTS = {
    (1, 2, 3, 4, 7, 16): ["GET /items/", "GET /items", "POST /items/"],
    (5,): ["GET /legacy/", "HEAD /legacy/"],
    (6, 11, 12, 13, 14, 15): ["GET /", "HEAD /", "GET /other"],
    (8,): ["GET /typer", "POST /typer"],
    (9,): ["GET /fastapi", "POST /fastapi"],
    (10,): ["GET /pydantic", "POST /pydantic"],
    (13, 14): [
        ("GET /", {"headers": {"range": "bytes=3-5"}}),
        ("GET /", {"headers": {"range": "bytes=900-"}}),
        ("GET /", {"headers": {"range": "lines=1"}}),
    ],
}
