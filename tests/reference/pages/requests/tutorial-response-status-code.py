REQUESTS = {(1, 2): ["POST /items/?name=a", "POST /items/?name=", "POST /items/", "GET /items/?name=a"]}
