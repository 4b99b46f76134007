"""Witnesses of bugs that take a sequence of requests."""

from corpus.exchange import Exchange, bearer, last_part, request
from corpus.witnesses.form import History, Witness, by, succeeded

OWNERS = {bearer("token-of-ada"): "ada", bearer("token-of-alan"): "alan"}


def is_read_after_delete(history: History) -> bool:
    """It is read, and was deleted before."""
    last = history[-1]
    deleted = any(one.method == "DELETE" and one.path == last.path and succeeded(one) for one in history)
    return deleted and last.status == 200


def is_lost(history: History) -> bool:
    """It was created, and is not there."""
    created = {str(one.answer_json["number"]) for one in history if one.status == 201}
    return history[-1].status == 404 and last_part(history[-1]) in created


def is_of_another(exchange: Exchange) -> bool:
    """What is read belongs to somebody else."""
    reader = OWNERS.get(exchange.headers.get("authorization", ""))
    return exchange.status == 200 and exchange.answer_json["owner"] != reader


WITNESSES = {
    "duplicate_row": by(*[request("POST", "/tags", {"name": "a", "colour": "red"})] * 2),
    "gone_row": by(
        request("POST", "/rooms", {"seats": 1}),
        request("DELETE", "/rooms/700"),
        request("GET", "/rooms/700"),
    ),
    "foreign_letter": Witness(
        (
            request("POST", "/letters", {"text": "x"}, x_key="key-of-ada"),
            request("GET", "/letter/1", x_key="key-of-alan"),
        ),
        lambda history: history[-1].status == 200 and history[-1].headers.get("x-key") == "key-of-alan",
    ),
    "other_owner": Witness(
        (
            request("POST", "/notes", {"text": "x"}, authorization=bearer("token-of-ada")),
            request("GET", "/notes/1", authorization=bearer("token-of-alan")),
        ),
        lambda history: is_of_another(history[-1]),
    ),
    "use_after_delete": Witness(
        (
            request("POST", "/drafts", {"text": "x"}),
            request("DELETE", "/drafts/1"),
            request("GET", "/drafts/1"),
        ),
        is_read_after_delete,
    ),
    "lost_creation": Witness(
        (request("POST", "/tickets", {"title": "x"}), request("GET", "/tickets/1000")), is_lost
    ),
    "raw_record": Witness(
        (request("POST", "/songs", {"title": "x"}), request("GET", "/songs/7000")),
        lambda history: history[-1].status == 200 and "number" not in history[-1].answer_json,
    ),
    "second_delete": by(
        request("POST", "/playlists", {"title": "x"}),
        request("DELETE", "/playlists/3000"),
        request("DELETE", "/playlists/3000"),
    ),
    "other_case": by(
        request("POST", "/accounts", {"name": "a"}), request("POST", "/accounts", {"name": "A"})
    ),
    "left_reservation": by(
        request("POST", "/seats/1/bookings", {"guests": 8}),
        request("POST", "/seats/1/bookings", {"guests": 1}),
    ),
    "twice_put": by(*[request("PUT", "/settings/theme", {"value": "dark"})] * 2),
    "cancel_paid": by(
        request("POST", "/bills", {"cents": 1}),
        request("POST", "/bills/1000/payment"),
        request("POST", "/bills/1000/cancellation"),
    ),
    "orphan_task": by(
        request("POST", "/projects", {"name": "x"}),
        request("POST", "/projects/1/tasks", {"name": "x"}),
        request("DELETE", "/projects/1"),
        request("GET", "/tasks/2"),
    ),
    "removed_member": by(
        request("POST", "/clubs", {"name": "x"}),
        request("DELETE", "/clubs/500"),
        request("DELETE", "/clubs/500"),
    ),
}
