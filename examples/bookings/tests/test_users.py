from bookings.security import hash_password, is_password


def test_register_and_log_in(client):
    new = {"email": "eve@example.com", "name": "Eve", "password": "eve's password"}
    response = client.post("/users", json=new)
    assert response.status_code == 201
    assert response.json() == {"id": 3, "email": "eve@example.com", "name": "Eve"}
    form = {"username": "eve@example.com", "password": "eve's password"}
    assert client.post("/token", data=form).status_code == 200


def test_short_passwords_are_refused(client):
    new = {"email": "eve@example.com", "name": "Eve", "password": "1234"}
    assert client.post("/users", json=new).status_code == 422


def test_wrong_password(client):
    form = {"username": "ann@example.com", "password": "guessed"}
    assert client.post("/token", data=form).status_code == 401


def test_me(client, ann):
    assert client.get("/users/me", headers=ann).json()["name"] == "Ann"


def test_invalid_token(client):
    assert client.get("/users/me", headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_passwords_are_salted():
    assert hash_password("secret") != hash_password("secret")
    assert is_password("secret", hash_password("secret"))
