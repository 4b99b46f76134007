TESTS = {1: ["main.py"]}
REQUESTS = {(1,): ["GET /", "GET /ws", ("WS /ws", {"send": []}), ("WS /", {"send": []})]}
