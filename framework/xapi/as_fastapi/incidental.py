"""Names that modules of FastAPI have because they use them: some code imports `Annotated` from there."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

_NAMES = {
    "anyio": "CancelScope CapacityLimiter Semaphore",
    "anyio.lowlevel": "RunVar checkpoint_if_cancelled",
    "anyio.streams.memory": "MemoryObjectReceiveStream",
    "base64": "b64decode",
    "collections": "deque",
    "collections.abc": (
        "AsyncGenerator AsyncIterable AsyncIterator Awaitable Callable Collection Coroutine Generator "
        "Iterable Iterator Mapping Sequence"
    ),
    "contextlib": (
        "AbstractAsyncContextManager AbstractContextManager AsyncExitStack asynccontextmanager contextmanager"
    ),
    "contextvars": "ContextVar",
    "copy": "copy deepcopy",
    "dataclasses": "asdict dataclass field is_dataclass",
    "decimal": "Decimal",
    "enum": "Enum IntEnum",
    "functools": "lru_cache partial",
    "inspect": "iscoroutinefunction",
    "ipaddress": "IPv4Address IPv4Interface IPv4Network IPv6Address IPv6Interface IPv6Network",
    "pathlib": "Path PurePath",
    "pydantic": (
        "AfterValidator AliasChoices AliasPath AnyUrl BaseModel BeforeValidator ConfigDict Discriminator "
        "EmailStr Field GetJsonSchemaHandler GetPydanticSchema Json NameEmail PydanticSchemaGenerationError "
        "PydanticUndefinedAnnotation SecretBytes SecretStr Tag ValidationError model_validator"
    ),
    "pydantic.fields": "FieldInfo",
    "pydantic.json_schema": "JsonSchemaValue",
    "pydantic_core": "CoreSchema PydanticUndefined PydanticUndefinedType Url",
    "pydantic_core.core_schema": "with_info_plain_validator_function",
    "re": "Pattern",
    "starlette._exception_handler": "wrap_app_handling_exceptions",
    "starlette._utils": "get_route_path is_async_callable",
    "starlette.datastructures": "ImmutableMultiDict",
    "starlette.middleware": "Middleware",
    "starlette.requests": "HTTPConnection",
    "starlette.responses": "HTMLResponse JSONResponse Response StreamingResponse",
    "starlette.status": "HTTP_401_UNAUTHORIZED",
    "types": "GeneratorType UnionType",
    "typing": (
        "Annotated Any BinaryIO Literal Optional ParamSpec Protocol TYPE_CHECKING TypeVar TypedDict Union "
        "cast get_args get_origin"
    ),
    "typing_extensions": "Doc deprecated",
    "typing_inspection.typing_objects": "is_typealiastype",
    "uuid": "UUID",
    "weakref": "WeakKeyDictionary",
    "xapi.as_fastapi.tree._compat": (
        "ModelField RequiredParam Undefined annotation_is_pydantic_v1 get_definitions "
        "PYDANTIC_VERSION PYDANTIC_VERSION_MINOR_TUPLE get_flat_models_from_fields get_model_name_map "
        "get_schema_from_model_field "
        "is_pydantic_v1_model_instance lenient_issubclass"
    ),
    "xapi.as_fastapi.tree.datastructures": "DefaultPlaceholder",
    "xapi.as_fastapi.tree.dependencies.models": "Dependant",
    "xapi.as_fastapi.tree.dependencies.utils": "get_flat_params",
    "xapi.as_fastapi.tree.encoders": "jsonable_encoder",
    "xapi.as_fastapi.tree.exceptions": "FastAPIDeprecationWarning PydanticV1NotSupportedError",
    "xapi.as_fastapi.tree.openapi.models": "Example",
    "xapi.as_fastapi.tree.params": "Body ParamTypes",
    "xapi.as_fastapi.tree.sse": "KEEPALIVE_COMMENT",
    "xapi.as_fastapi.tree.types": "DependencyCacheKey IncEx ModelNameMap",
    "xapi.as_fastapi.tree.utils": (
        "deep_dict_update generate_operation_id_for_path is_body_allowed_for_status_code"
    ),
}
_ORIGINS = {name: module for module, names in _NAMES.items() for name in names.split()}


def names_of(module: str) -> Callable[[str], Any]:
    """What looks up such names, as the `__getattr__` of a module."""

    def find(name: str) -> Any:
        origin = _ORIGINS.get(name)
        if origin is None or origin == module:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return getattr(import_module(origin), name)

    return find
