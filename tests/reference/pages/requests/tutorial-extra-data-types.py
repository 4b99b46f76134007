ID = "d2c7c3de-0ba6-4a3f-8d6a-0c4b2d3f5a61"
TIMES = {
    "start_datetime": "2024-05-06T07:08:09",
    "end_datetime": "2024-05-07T07:08:09.5",
    "process_after": "PT1H",
}

REQUESTS = {
    (1,): [
        (f"PUT /items/{ID}", {"json": TIMES}),
        (f"PUT /items/{ID.upper()}", {"json": {**TIMES, "repeat_at": "10:20:30", "process_after": 60.5}}),
        (f"PUT /items/{ID}", {"json": {**TIMES, "repeat_at": "25:00", "process_after": "soon"}}),
        (f"PUT /items/{ID}", {"json": {**TIMES, "repeat_at": None, "process_after": "-P1DT2H"}}),
        (
            "PUT /items/1",
            {"json": {"start_datetime": "2024-13-01", "end_datetime": [], "process_after": None}},
        ),
        (f"PUT /items/{ID}", {"json": {**TIMES, "start_datetime": "2024-05-06T07:08:09Z"}}),
        (f"PUT /items/{ID}", {"json": {}}),
        f"PUT /items/{ID}",
    ],
}
