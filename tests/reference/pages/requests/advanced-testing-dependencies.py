TESTS = {1: ["main.py"]}
REQUESTS = {
    (1,): ["GET /items/", "GET /users/?q=a", "GET /items/?skip=x&limit=3&q=a", "GET /users/?q=a&q=b"],
}
