TESTS = {1: ["main.py"]}
REQUESTS = {(1,): ["GET /items/foo", "GET /items/bar", "GET /items/none"]}
