"""Plain data for JSON. What is put into `ENCODERS_BY_TYPE` counts."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from xapi.encoders import decimal_encoder, encoders_by_type, jsonable_encoder

ENCODERS_BY_TYPE: dict[type[Any], Callable[[Any], Any]] = encoders_by_type()


def isoformat(o: datetime.date | datetime.time) -> str:
    """A date or a time as ISO 8601 writes it."""
    return o.isoformat()


def generate_encoders_by_class_tuples(
    type_encoder_map: Mapping[Any, Callable[[Any], Any]],
) -> dict[Callable[[Any], Any], tuple[Any, ...]]:
    """The classes that each encoder is for."""
    found: dict[Callable[[Any], Any], tuple[Any, ...]] = defaultdict(tuple)
    for cls, encoder in type_encoder_map.items():
        found[encoder] += (cls,)
    return found


encoders_by_class_tuples = generate_encoders_by_class_tuples(ENCODERS_BY_TYPE)
