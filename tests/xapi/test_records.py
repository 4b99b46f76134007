"""Records: fields, defaults, and what is refused."""

import pytest

from xapi.records import Record


class Size(Record):
    width: int
    height: int = 1
    unit: str = "mm"


def test_fields_are_given_by_place_or_name_and_have_defaults() -> None:
    size = Size(3, unit="cm")

    assert (size.width, size.height, size.unit) == (3, 1, "cm")
    assert repr(size) == "Size(width=3, height=1, unit='cm')"


def test_a_copy_differs_in_what_is_said() -> None:
    size = Size(3, 4)

    assert vars(size.but(height=5)) == {"width": 3, "height": 5}
    assert size.height == 4


def test_records_are_compared_by_identity() -> None:
    assert Size(3) != Size(3)


def test_unknown_and_missing_fields_are_refused_with_their_names() -> None:
    with pytest.raises(TypeError, match="Size takes width, height, unit, not"):
        Size(3, depth=4)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="Size takes width, height, unit, not"):
        Size(1, 2, "mm", 3)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="Size takes width, height, unit, not"):
        Size(1, width=2)  # type: ignore[misc]
    with pytest.raises(TypeError, match="Size needs width, too"):
        Size()  # type: ignore[call-arg]


def test_a_record_does_not_change() -> None:
    size = Size(3)

    with pytest.raises(AttributeError, match="'width' of a Size cannot be changed"):
        size.width = 4  # type: ignore[misc]
    with pytest.raises(AttributeError, match="'width' of a Size cannot be deleted"):
        del size.width
