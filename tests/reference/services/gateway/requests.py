FILES = {
    "files/hello.txt": "hello",
    "files/sub/one.json": "[1]",
    "pages/hello.html": "<a href=\"{{ url_for('page', name=name) }}\">{{ name }}</a>"
    "<link href=\"{{ url_for('files', path='/hello.txt') }}\">",
}
CORS = {"origin": "https://app.example.com"}


def preflight(**headers):
    return {"headers": {**CORS, **{name.replace("_", "-"): value for name, value in headers.items()}}}


REQUESTS = [
    "GET /plain",
    "GET /behind/plain",
    "HEAD /plain",
    "PATCH /plain",
    "GET /none",
    ("PUT /plain?a=1&b=%20", {"headers": {"user-agent": "us"}}),
    ("GET /plain", {"headers": CORS}),
    ("GET /plain", {"headers": {"origin": "https://other.example.com"}}),
    ("GET /plain", {"headers": {**CORS, "cookie": "a=b"}}),
    ("OPTIONS /plain", preflight(access_control_request_method="PUT")),
    (
        "OPTIONS /plain",
        preflight(access_control_request_method="PUT", access_control_request_headers="X-Mark"),
    ),
    (
        "OPTIONS /plain",
        preflight(access_control_request_method="DELETE", access_control_request_headers="x-no"),
    ),
    "OPTIONS /plain",
    ("GET /long", {"headers": {"accept-encoding": "gzip"}}),
    ("GET /long", {"headers": {"accept-encoding": "identity"}}),
    "GET /page/ann",
    "GET /page/%3Cb%3E",
    "GET /broken",
    "POST /notes/one",
    "POST /notes/two?mark=m",
    "GET /of/events",
    "GET /below/where",
    "GET /behind/below/where",
    "GET /below/manual",
    "GET /below/docs",
    "GET /below/redoc",
    "GET /below/openapi.json",
    "GET /below/none",
    "GET /silent/here",
    "GET /silent/docs",
    "GET /silent/openapi.json",
    "GET /secure/here?a=1",
    "POST /secure/here",
    "GET /hosted/here",
    ("GET /hosted/here", {"headers": {"host": "a.example.com"}}),
    ("GET /hosted/here", {"headers": {"host": "example.org"}}),
    "GET /hosted/openapi.json",
    "GET /old/greet?name=ann",
    "POST /old/greet",
    "PUT /old/greet",
    "GET /old/none",
    "GET /files/hello.txt",
    "HEAD /files/hello.txt",
    ("GET /files/hello.txt", {"headers": {"range": "bytes=1-2"}}),
    ("GET /files/hello.txt", {"headers": {"range": "bytes=9-"}}),
    "GET /files/sub/one.json",
    "GET /files/../main.py",
    "POST /files/hello.txt",
    "GET /files/none",
    "GET /docs",
    "GET /openapi.json",
    "GET /docs/oauth2-redirect",
]
