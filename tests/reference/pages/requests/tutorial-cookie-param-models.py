def cookie(text):
    return ("GET /items/", {"headers": {"cookie": text}})


REQUESTS = {
    (1, 2): [
        cookie("session_id=abc"),
        cookie("session_id=abc; fatebook_tracker=1; googall_tracker=2"),
        cookie("session_id=abc; santa_tracker=good"),
        cookie("fatebook_tracker=1"),
        cookie('session_id="a b"; session_id=second'),
        "GET /items/",
        "GET /items/?session_id=abc",
    ],
}
