REQUESTS = {
    (1, 2): [
        "GET /items/foo",
        "GET /items/3",
        "GET /items/4.2",
        "GET /items/a%20b%2Fc",
        "GET /items/%C3%A4",
        "GET /items/",
        "GET /items/3/",
        "GET /items/03",
        "GET /items/1_000",
    ],
    (3,): ["GET /users/me", "GET /users/you", "GET /users/ME", "GET /users/me/"],
    (4,): ["GET /users", "GET /users/", "POST /users"],
    (5,): [
        "GET /models/alexnet",
        "GET /models/resnet",
        "GET /models/lenet",
        "GET /models/other",
        "GET /models/LeNet",
    ],
    (6,): ["GET /files/a/b.txt", "GET /files//home/x", "GET /files/", "GET /files", "GET /files/a%2Fb"],
}
