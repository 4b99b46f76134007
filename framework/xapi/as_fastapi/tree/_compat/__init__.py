"""What FastAPI has of Pydantic."""

from pydantic import PydanticSchemaGenerationError
from pydantic.version import VERSION as _VERSION
from pydantic_core import PydanticUndefined as RequiredParam
from pydantic_core import PydanticUndefined as Undefined
from pydantic_core import Url
from pydantic_core.core_schema import (
    with_info_plain_validator_function,
)

from xapi.as_fastapi.tree._compat.shared import (
    annotation_is_pydantic_v1,
    field_annotation_is_scalar,
    field_annotation_is_scalar_sequence,
    field_annotation_is_sequence,
    is_bytes_or_nonable_bytes_annotation,
    is_bytes_sequence_annotation,
    is_pydantic_v1_model_instance,
    is_uploadfile_or_nonable_uploadfile_annotation,
    is_uploadfile_sequence_annotation,
    lenient_issubclass,
    sequence_types,
    value_is_sequence,
)
from xapi.as_fastapi.tree._compat.v2 import (
    ModelField,
    copy_field_info,
    create_body_model,
    evaluate_forwardref,
    get_cached_model_fields,
    get_definitions,
    get_flat_models_from_fields,
    get_missing_field_error,
    get_model_name_map,
    get_schema_from_model_field,
    is_scalar_field,
    serialize_sequence_value,
)

PYDANTIC_VERSION = _VERSION
PYDANTIC_VERSION_MINOR_TUPLE = tuple(int(part) for part in _VERSION.split(".")[:2])
PYDANTIC_V2 = True
