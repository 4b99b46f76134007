FILES = {"static/hello.txt": "hello", "static/deep/er.json": "{}"}
REQUESTS = {
    (1,): [
        "GET /static/hello.txt",
        "HEAD /static/hello.txt",
        "GET /static/deep/er.json",
        "GET /static/none.txt",
        "GET /static/",
        "GET /static/../main.py",
        "POST /static/hello.txt",
        ("GET /static/hello.txt", {"headers": {"range": "bytes=1-2"}}),
    ],
}
