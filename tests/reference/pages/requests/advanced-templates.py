FILES = {
    "static/styles.css": "p { margin: 0 }",
    "templates/item.html": "{{ id }} {{ url_for('read_item', id=id) }} "
    "{{ url_for('static', path='/styles.css') }}",
}
REQUESTS = {
    (1,): [
        "GET /items/42",
        "GET /items/%3Cb%3E",
        "GET /static/styles.css",
        "GET /static/none.css",
        "POST /items/42",
    ],
}
