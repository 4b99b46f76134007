PROGRAMS = {1: {"app/__init__.py": 0, "app/main.py": 1, "app/test_main.py": 2}}
TESTS = {1: ["app/test_main.py"]}
REQUESTS = {(1,): ["GET /", "HEAD /", "GET /other"]}
