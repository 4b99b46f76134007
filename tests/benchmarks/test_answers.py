"""Contenders do the same work, or are not timed."""

import pytest

from benchmarks.answers import Answer, Different, compare
from benchmarks.rows import ROWS, Contender

FASTAPI, *_, XAPI = ROWS["i"].contenders
LENIENT = ROWS["i"].contenders[1]
BARE = next(one for one in ROWS["a"].contenders if one.label == "bare")


def answer(status: int = 200, content: str = '{"a":1}', media_type: str = "application/json") -> Answer:
    return {"status": status, "content": content, "media_type": media_type, "marks": []}


def test_the_same_source_has_to_answer_to_the_byte() -> None:
    compare(ROWS["a"], [answer()], XAPI, [answer()])
    with pytest.raises(Different, match=r'xapi answers 200 application/json ."a": 1., fastapi 200'):
        compare(ROWS["a"], [answer()], XAPI, [answer(content='{"a": 1}')])


def test_other_sources_have_to_answer_with_the_same_json() -> None:
    compare(ROWS["a"], [answer()], BARE, [answer(content='{"a": 1}')])
    with pytest.raises(Different):
        compare(ROWS["a"], [answer()], BARE, [answer(content='{"a": 2}')])


@pytest.mark.parametrize(
    "other", [answer(status=201), answer(media_type="text/plain"), {**answer(), "marks": ["x"]}]
)
def test_status_media_type_and_marks_have_to_agree(other: Answer) -> None:
    with pytest.raises(Different):
        compare(ROWS["a"], [answer()], BARE, [other])


def test_a_lenient_row_asks_only_for_a_refusal() -> None:
    compare(ROWS["i"], [answer(422)], LENIENT, [answer(400, "no")])
    with pytest.raises(Different):
        compare(ROWS["i"], [answer(422)], LENIENT, [answer(200)])


def test_an_answer_to_each_request_is_needed() -> None:
    contender = Contender("xapi", "xapi", "a")
    with pytest.raises(Different, match="xapi gave 1 answers, 2 were expected"):
        compare(ROWS["a"], [answer(), answer()], contender, [answer()])
