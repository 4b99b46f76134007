REQUESTS = {
    (1,): [
        "PUT /get-or-create-task/foo",
        "PUT /get-or-create-task/new",
        "PUT /get-or-create-task/new",
        "GET /get-or-create-task/foo",
    ],
}
