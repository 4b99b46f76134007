INVOICE = {"id": "1", "customer": "ann", "total": 2.5}

REQUESTS = {
    (1,): [
        ("POST /invoices/", {"json": INVOICE}),
        ("POST /invoices/?callback_url=http://example.com", {"json": {**INVOICE, "title": "a"}}),
        ("POST /invoices/?callback_url=nowhere", {"json": {"id": 1}}),
        ("POST /%7B$callback_url%7D/invoices/1", {"json": {"description": "a", "paid": True}}),
        "POST /invoices/",
    ],
}
