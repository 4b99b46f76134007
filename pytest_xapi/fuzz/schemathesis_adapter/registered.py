"""What users have told Schemathesis that no document can say: texts of a format, files of a media type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from schemathesis.core.file_samples import MEDIA_TYPE_FILE_SAMPLES
from schemathesis.core.media_types import MEDIA_TYPE_STRATEGIES
from schemathesis.specs.openapi.formats import STRING_FORMATS

from pytest_xapi.fuzz.schemathesis_adapter.drawing import generated

_COUNT = 40
"""How many values of each are drawn: always the same ones."""


def registered(
    document: Mapping[str, Any],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[bytes, ...]]]:
    """The texts by format, and the files by media type, of what a document names."""
    text = json.dumps(document, default=str)
    formats = {
        name: tuple(value for value in generated(strategy, 0, _COUNT) if isinstance(value, str))
        for name, strategy in STRING_FORMATS.items()
        if f'"{name}"' in text
    }
    files: dict[str, tuple[bytes, ...]] = {
        name: (sample,) for name, sample in MEDIA_TYPE_FILE_SAMPLES.items()
    }
    for name, strategy in MEDIA_TYPE_STRATEGIES.items():
        if name in text:
            files[name] = tuple(dict.fromkeys(_content(value) for value in generated(strategy, 0, _COUNT)))
    return formats, files


def _content(value: Any) -> bytes:
    """The bytes of a file, which may come in a wrapper."""
    found = value if isinstance(value, bytes) else getattr(value, "data", b"")
    return bytes(found)
