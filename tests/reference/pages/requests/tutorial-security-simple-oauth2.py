def bearer(token):
    return ("GET /users/me", {"headers": {"authorization": f"Bearer {token}"}})


def login(**fields):
    return ("POST /token", {"data": fields})


REQUESTS = {
    (1,): [
        login(username="johndoe", password="secret"),
        bearer("<token>"),
        login(username="alice", password="secret2", scope="a b", client_id="c"),
        bearer("<token>"),
        login(username="johndoe", password="wrong"),
        login(username="nobody", password="secret"),
        login(username="johndoe", password="secret", grant_type="other"),
        login(username="johndoe"),
        "POST /token",
        "GET /users/me",
        bearer("nobody"),
        ("GET /users/me", {"headers": {"authorization": "johndoe"}}),
    ],
}
