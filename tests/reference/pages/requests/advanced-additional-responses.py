FILES = {"image.png": b"\x89PNG not really"}
REQUESTS = {
    (1, 2, 3, 4): ["GET /items/foo", "GET /items/bar", "POST /items/foo"],
    (2, 4): ["GET /items/foo?img=1", "GET /items/foo?img=0", "GET /items/foo?img=maybe"],
}
