"""Making failing sequences small: which requests are left, and where they take their values from."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from schemathesis.core import NOT_SET

from pytest_xapi.fuzz.execution.minimize import smallest
from pytest_xapi.fuzz.execution.recalling import recalled
from pytest_xapi.fuzz.generation import stored
from pytest_xapi.fuzz.model.cases import Binding, Failed, Outcome, Parts, Step
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse

KEY = ("POST /orders/{id}", "not_a_server_error", "cause", 500)


class Orders:
    """Stands for an app whose orders fail once they were moved `moves` times."""

    def __init__(self, moves: int) -> None:
        self.moves = moves
        self.requests = 0
        self.history: list[Outcome] = []

    def preview(self, case: Any) -> WireRequest:
        return WireRequest("POST", "/orders")

    def copy(self, case: Any, parts: Parts) -> Any:
        return SimpleNamespace(**{**vars(case), "path_parameters": parts.path_parameters})

    def send_again(self, steps: list[Step], cases: list[Any]) -> list[Outcome]:
        moved: dict[str, int] = {}
        found: list[Outcome] = []
        for step, case in zip(steps, cases, strict=True):
            self.requests += 1
            taken = dict(case.path_parameters)
            for binding in step.bindings:
                taken[binding.name] = json.loads(found[binding.step].answer.body)["id"]
            name = taken.get("id") or f"order{len(moved)}"
            moved[name] = moved.get(name, -1) + 1
            found.append(outcome(name, fails=moved[name] == self.moves))
        return found


def outcome(name: str, fails: bool = False) -> Outcome:
    nothing: dict[str, Any] = {}
    case = SimpleNamespace(path_parameters={}, query=nothing, headers=nothing, cookies=nothing, body=NOT_SET)
    request = WireRequest("POST", "/orders")
    answer = WireResponse(500 if fails else 200, (), json.dumps({"id": name}).encode())
    failed = (Failed(KEY[1], "", "", KEY[2], request, answer),) if fails else ()
    return Outcome(case, KEY[0], request, answer, failed)


def order(name: str, begin: int, moves: int, fails: bool = False) -> list[Step]:
    """The steps of an order: each takes the identifier from the answer to the one before."""
    steps = [Step(outcome(name))]
    for number in range(moves):
        binding = Binding("path_parameters", "id", begin + number, "/id")
        steps.append(Step(outcome(name, fails and number == moves - 1), (binding,)))
    return steps


def test_what_belongs_to_other_orders_goes_at_once() -> None:
    steps: list[Step] = []
    for number in range(25):
        steps += order(f"other{number}", len(steps), 2)
    steps += order("failing", len(steps), 3, fails=True)
    app = Orders(moves=3)
    found = smallest(app, KEY, steps)  # type: ignore[arg-type]  # what is needed of an Api
    assert found is not None
    assert len(found[0]) == 4
    assert app.requests < 40


def test_steps_go_with_those_that_take_values_from_them() -> None:
    # The last one takes nothing, so that what it needs cannot be told from its links.
    needed = [*order("order0", 0, 2), Step(outcome("order0", fails=True))]
    needed[-1].outcome.case.path_parameters["id"] = "order0"
    steps = needed[:-1]
    for number in range(25):
        steps += order(f"other{number}", len(steps), 2)
    found = smallest(Orders(moves=3), KEY, [*steps, needed[-1]])  # type: ignore[arg-type]
    assert found is not None
    assert len(found[0]) == 4


def test_a_value_is_taken_from_the_answer_that_gave_it_first() -> None:
    found = smallest(Orders(moves=3), KEY, order("failing", 0, 3, fails=True))  # type: ignore[arg-type]
    assert found is not None
    assert [[binding.step for binding in step.bindings] for step in found[0]] == [[], [0], [0], [0]]


def sent(label: str, answer: object, status: int = 200, **parts: Any) -> Step:
    """A case of ours and its answer, as they are in the history."""
    case = stored.from_data({"operation": label, "method": "POST", "phase": "guided", **parts})
    target = "/orders" + "".join(f"/{value}" for value in parts.get("path_parameters", {}).values())
    request = WireRequest("POST", target, (), json.dumps(parts.get("body")).encode())
    headers = (("content-type", "application/json"),)
    return Step(Outcome(case, label, request, WireResponse(status, headers, json.dumps(answer).encode()), ()))


def test_an_object_of_an_earlier_sequence_is_made_again() -> None:
    order = {"path_parameters": {"id": "5f1e9c27"}}
    history = [
        sent("POST /orders", {"id": "00112233"}),
        sent("POST /orders", {"id": "5f1e9c27", "name": "generated"}, body={"name": "generated"}),
        sent("POST /orders/{id}", {"state": "paid", "code": "R5F1E"}, **order),
        sent("POST /orders/{id}", {}, path_parameters={"id": "00112233"}),
        sent("POST /orders/{id}", {}, 500, **order, body={"code": "R5F1E", "name": "generated"}),
        sent("POST /orders/{id}", {}, **order),
    ]
    found = recalled([step.outcome for step in history], [history[4]])
    assert found is not None
    assert [step.outcome for step in found] == [history[at].outcome for at in (1, 2, 4)]
    assert [step.bindings for step in found] == [
        (),
        (Binding("path_parameters", "id", 0, "/id"),),
        (Binding("path_parameters", "id", 0, "/id"), Binding("body", "code", 1, "/code")),
    ]


def test_a_sequence_that_takes_its_values_from_answers_needs_no_others() -> None:
    steps = [
        sent("POST /orders", {"id": "5f1e9c27"}),
        sent("POST /orders/{id}", {}, 500, path_parameters={"id": "5f1e9c27"}),
    ]
    bound = replace(steps[1], bindings=(Binding("path_parameters", "id", 0, "/id"),))
    outcomes = [step.outcome for step in steps]
    assert recalled(outcomes, [steps[0], bound]) is None
    assert recalled(outcomes, steps) is not None


class Persistent(Orders):
    """Keeps its orders for ever, under identifiers that it never gives twice, and answers a constant, too."""

    def __init__(self, moves: int) -> None:
        super().__init__(moves)
        self.moved: dict[str, int] = {"5f1e9c27": moves - 1}

    def preview(self, case: Any) -> WireRequest:
        return WireRequest("POST", "/orders")

    def copy(self, case: Any, parts: Parts) -> Any:
        return case

    def send_again(self, steps: list[Step], cases: list[Any]) -> list[Outcome]:
        found: list[Outcome] = []
        for step, case in zip(steps, cases, strict=True):
            taken = dict(case.parts.path_parameters)
            for binding in step.bindings:
                if binding.place == "path_parameters":
                    taken[binding.name] = json.loads(found[binding.step].answer.body)["id"]
            name = taken.get("id") or f"{len(self.moved):08}"
            self.moved[name] = self.moved.get(name, -1) + 1
            fails = self.moved[name] >= self.moves
            made = sent("POST /orders/{id}", {"id": name, "kind": "usual"}, 500 if fails else 200).outcome
            failed = (Failed(KEY[1], "", "", KEY[2], made.request, made.answer),) if fails else ()
            found.append(replace(made, failed=failed))
        return found


def test_a_finding_about_a_kept_object_needs_a_new_one_and_no_constants() -> None:
    app = Persistent(moves=2)
    order = {"path_parameters": {"id": "5f1e9c27"}}
    steps = [
        sent("POST /orders", {"id": "5f1e9c27", "kind": "usual"}),
        sent("POST /orders/{id}", {}, **order),
        sent("POST /orders/{id}", {}, 500, **order, body={"kind": "usual"}),
    ]
    app.history = [step.outcome for step in steps]
    found = smallest(app, KEY, [steps[2]], reduce=False)  # type: ignore[arg-type]
    assert found is not None
    assert [step.bindings for step in found[0]] == [
        (),
        (Binding("path_parameters", "id", 0, "/id"),),
        (Binding("path_parameters", "id", 0, "/id"),),
    ]
