def test_list(client):
    assert [room["name"] for room in client.get("/rooms").json()] == ["Aquarium", "Attic"]


def test_list_by_seats_and_floor(client):
    assert [room["id"] for room in client.get("/rooms?seats=10").json()] == [2]
    assert [room["id"] for room in client.get("/rooms?floor=1").json()] == [1]


def test_add(client, manager):
    new = {"name": "Cellar", "floor": -1, "seats": 4}
    response = client.post("/rooms", json=new, headers=manager)
    assert response.status_code == 201
    assert response.json() == {"id": 3, "has_photo": False, **new}


def test_only_managers_add_rooms(client, ann):
    new = {"name": "Cellar", "floor": -1, "seats": 4}
    assert client.post("/rooms", json=new).status_code == 401
    assert client.post("/rooms", json=new, headers=ann).status_code == 403


def test_read(client):
    assert client.get("/rooms/1").json()["name"] == "Aquarium"
    assert client.get("/rooms/9").status_code == 404


def test_remove(client, manager):
    assert client.delete("/rooms/1", headers=manager).status_code == 204
    assert client.get("/rooms/1").status_code == 404


def test_booked_rooms_stay(client, manager):
    assert client.delete("/rooms/2", headers=manager).status_code == 409


def test_photo(client, manager):
    assert client.get("/rooms/1/photo").status_code == 404
    files = {"photo": ("room.jpg", b"\xff\xd8\xff a photo")}
    assert client.put("/rooms/1/photo", files=files, headers=manager).json()["has_photo"]
    assert client.get("/rooms/1/photo").content == b"\xff\xd8\xff a photo"


def test_large_photo(client, manager):
    files = {"photo": ("room.jpg", bytes(1001))}
    assert client.put("/rooms/1/photo", files=files, headers=manager).status_code == 413
