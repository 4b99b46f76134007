"""The names, keywords and attributes that existing code uses: written down here, and tried out."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

import pytest
import starlette.applications
from pydantic.fields import FieldInfo
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

import xapi
from xapi import XAPI, APIRouter, Depends, Request, WebSocket, params, security
from xapi.encoders import jsonable_encoder
from xapi.openapi.docs import (
    get_redoc_html,
    get_swagger_ui_html,
    get_swagger_ui_oauth2_redirect_html,
)
from xapi.openapi.utils import get_openapi
from xapi.routing import APIRoute
from xapi.testclient import TestClient

NAMES = {
    "xapi": """XAPI APIRouter Path Query Header Cookie Body Form File Depends Security BackgroundTasks
        UploadFile HTTPException WebSocketException Request Response WebSocket
        WebSocketDisconnect status __version__""",
    "xapi.applications": "XAPI",
    "xapi.background": "BackgroundTasks",
    "xapi.concurrency": """contextmanager_in_threadpool iterate_in_threadpool run_in_threadpool
        run_until_first_complete""",
    "xapi.datastructures": "Address FormData Headers QueryParams State UploadFile URL",
    "xapi.encoders": "jsonable_encoder",
    "xapi.exception_handlers": """http_exception_handler request_validation_exception_handler
        websocket_request_validation_exception_handler""",
    "xapi.exceptions": """HTTPException RequestValidationError ResponseValidationError ValidationException
        WebSocketException WebSocketRequestValidationError XAPIError""",
    "xapi.logger": "logger",
    "xapi.middleware": "Middleware",
    "xapi.middleware.cors": "CORSMiddleware",
    "xapi.middleware.gzip": "GZipMiddleware",
    "xapi.middleware.httpsredirect": "HTTPSRedirectMiddleware",
    "xapi.middleware.trustedhost": "TrustedHostMiddleware",
    "xapi.middleware.wsgi": "WSGIMiddleware",
    "xapi.openapi.docs": "get_redoc_html get_swagger_ui_html get_swagger_ui_oauth2_redirect_html",
    "xapi.openapi.models": """APIKey APIKeyIn Components Contact Discriminator Encoding Example
        ExternalDocumentation HTTPBase HTTPBearer Header Info License Link MediaType OAuth2 OAuthFlow
        OAuthFlowAuthorizationCode OAuthFlowClientCredentials OAuthFlowImplicit OAuthFlowPassword OAuthFlows
        OpenAPI OpenIdConnect Operation Parameter ParameterInType PathItem Reference RequestBody Response
        Schema SecurityBase SecurityScheme SecuritySchemeType Server ServerVariable Tag XML""",
    "xapi.openapi.utils": "get_openapi",
    "xapi.param_functions": "Body Cookie Depends File Form Header Path Query Security",
    "xapi.params": "Body Cookie Depends File Form Header Param Path Query Security",
    "xapi.requests": "HTTPConnection Request",
    "xapi.responses": """FileResponse HTMLResponse JSONResponse ORJSONResponse PlainTextResponse
        RedirectResponse Response StreamingResponse UJSONResponse""",
    "xapi.routing": "APIRoute APIRouter APIWebSocketRoute",
    "xapi.security": """APIKeyCookie APIKeyHeader APIKeyQuery HTTPAuthorizationCredentials HTTPBasic
        HTTPBasicCredentials HTTPBearer HTTPDigest OAuth2 OAuth2AuthorizationCodeBearer OAuth2PasswordBearer
        OAuth2PasswordRequestForm OAuth2PasswordRequestFormStrict OpenIdConnect SecurityScopes""",
    "xapi.security.api_key": "APIKeyBase APIKeyCookie APIKeyHeader APIKeyQuery",
    "xapi.security.base": "SecurityBase",
    "xapi.security.http": """HTTPAuthorizationCredentials HTTPBase HTTPBasic HTTPBasicCredentials HTTPBearer
        HTTPDigest""",
    "xapi.security.oauth2": """OAuth2 OAuth2AuthorizationCodeBearer OAuth2PasswordBearer
        OAuth2PasswordRequestForm OAuth2PasswordRequestFormStrict SecurityScopes""",
    "xapi.security.open_id_connect_url": "OpenIdConnect",
    "xapi.security.utils": "get_authorization_scheme_param",
    "xapi.staticfiles": "StaticFiles",
    "xapi.templating": "Jinja2Templates",
    "xapi.testclient": "TestClient",
    "xapi.types": "DecoratedCallable IncEx",
    "xapi.utils": "generate_unique_id get_path_param_names is_body_allowed_for_status_code",
    "xapi.websockets": "WebSocket WebSocketDisconnect WebSocketState",
}


@pytest.mark.parametrize("module", NAMES)
def test_the_names_of_a_module_can_be_imported_from_it(module: str) -> None:
    found = import_module(module)
    assert [name for name in NAMES[module].split() if not hasattr(found, name)] == []


ROUTER_MEMBERS = """get put post delete options head patch trace websocket api_route add_api_route add_route
    add_api_websocket_route frontend host include_router mount on_event routes websocket_route"""
APPLICATION_MEMBERS = f"""{ROUTER_MEMBERS} add_exception_handler add_middleware dependency_overrides
    exception_handler middleware openapi openapi_schema router setup state url_path_for webhooks"""
APPLICATION: dict[str, Any] = {
    "debug": True,
    "routes": [Route("/own", PlainTextResponse("own"))],
    "title": "T",
    "summary": "S",
    "description": "D",
    "version": "9",
    "openapi_url": "/o.json",
    "openapi_tags": [{"name": "a", "externalDocs": {"url": "https://d.test", "description": "x"}}],
    "servers": [{"url": "https://s.test", "description": "s"}],
    "dependencies": [Depends(lambda: None)],
    "default_response_class": PlainTextResponse,
    "redirect_slashes": False,
    "docs_url": "/d",
    "redoc_url": "/r",
    "swagger_ui_oauth2_redirect_url": "/d/o",
    "swagger_ui_init_oauth": {"clientId": "c"},
    "middleware": [],
    "exception_handlers": {404: lambda request, error: PlainTextResponse("none", 404)},
    "on_startup": [lambda: None],
    "on_shutdown": [lambda: None],
    "lifespan": None,
    "terms_of_service": "https://t.test",
    "contact": {"name": "n", "url": "https://c.test", "email": "c@c.test"},
    "license_info": {"name": "MIT", "identifier": "MIT"},
    "root_path": "/p",
    "root_path_in_servers": False,
    "responses": {418: {"description": "Tea"}},
    "callbacks": [],
    "webhooks": APIRouter(),
    "deprecated": True,
    "include_in_schema": True,
    "swagger_ui_parameters": {"deepLinking": False},
    "generate_unique_id_function": lambda route: f"id-{route.name}",
    "separate_input_output_schemas": False,
    "openapi_external_docs": {"url": "https://e.test"},
}
INCLUSION: dict[str, Any] = {
    name: APPLICATION[name]
    for name in (
        "dependencies",
        "default_response_class",
        "responses",
        "callbacks",
        "deprecated",
        "include_in_schema",
        "generate_unique_id_function",
    )
} | {"prefix": "/pre", "tags": ["t"]}
ROUTER: dict[str, Any] = {
    **INCLUSION,
    **{
        name: APPLICATION[name]
        for name in ("routes", "redirect_slashes", "on_startup", "on_shutdown", "lifespan")
    },
    "default": PlainTextResponse("default"),
    "dependency_overrides_provider": XAPI(),
    "route_class": APIRoute,
}
OPERATION: dict[str, Any] = {
    "response_model": dict[str, int],
    "status_code": 201,
    "tags": ["t"],
    "dependencies": [Depends(lambda: None)],
    "summary": "S",
    "description": "D",
    "response_description": "R",
    "responses": {"4XX": {"description": "Bad", "model": int}},
    "deprecated": True,
    "operation_id": "o",
    "response_model_include": {"a"},
    "response_model_exclude": {"b"},
    "response_model_by_alias": False,
    "response_model_exclude_unset": True,
    "response_model_exclude_defaults": True,
    "response_model_exclude_none": True,
    "include_in_schema": True,
    "response_class": PlainTextResponse,
    "name": "n",
    "callbacks": [],
    "openapi_extra": {"x-a": 1},
    "generate_unique_id_function": lambda route: "u",
}
MARKER: dict[str, Any] = {
    "default_factory": lambda: 1,
    "alias": "a",
    "alias_priority": 2,
    "validation_alias": "v",
    "serialization_alias": "s",
    "title": "T",
    "description": "D",
    "gt": 0,
    "ge": 0,
    "lt": 9,
    "le": 9,
    "min_length": 1,
    "max_length": 2,
    "pattern": "a",
    "multiple_of": 2,
    "allow_inf_nan": True,
    "max_digits": 3,
    "decimal_places": 1,
    "strict": False,
    "examples": [1],
    "openapi_examples": {"one": {"summary": "s", "description": "d", "value": 1}},
    "deprecated": True,
    "include_in_schema": False,
    "json_schema_extra": {"x": 1},
}


def test_the_application_takes_and_keeps_its_keywords() -> None:
    assert issubclass(XAPI, starlette.applications.Starlette)
    app = XAPI(**APPLICATION)
    kept = set(APPLICATION) & set(vars(app))
    assert {name: getattr(app, name) for name in kept - {"exception_handlers"}} == {
        name: APPLICATION[name] for name in kept - {"exception_handlers"}
    }
    assert {"title", "openapi_url", "docs_url", "servers", "root_path", "webhooks", "version"} <= kept
    assert XAPI().version == "0.1.0"


def test_the_application_has_its_members() -> None:
    app = XAPI()
    assert isinstance(app.router, APIRouter)
    assert app.webhooks.routes == []
    assert app.dependency_overrides == {}
    assert app.openapi_schema is None
    app.state.anything = 1
    app.setup()
    assert [name for name in APPLICATION_MEMBERS.split() if not hasattr(app, name)] == []


def test_routers_and_inclusions_take_their_keywords() -> None:
    router = APIRouter(**ROUTER)
    router.get("/a")(lambda: {"a": 1})
    app = XAPI()
    app.include_router(router, **INCLUSION)
    around = APIRouter()
    around.include_router(router, **INCLUSION)
    assert [route.path for route in app.routes if isinstance(route, APIRoute)] == ["/pre/pre/a"]
    assert [name for name in ROUTER_MEMBERS.split() if not hasattr(router, name)] == []


@pytest.mark.parametrize("method", ["get", "put", "post", "delete", "options", "head", "patch", "trace"])
def test_an_operation_takes_and_keeps_its_keywords(method: str) -> None:
    app = XAPI()
    getattr(app, method)("/", **OPERATION)(lambda: {"a": 1})
    route = app.routes[-1]
    assert isinstance(route, APIRoute)
    assert (route.path, route.name, route.operation_id, route.summary) == ("/", "n", "o", "S")
    assert (route.response_model, route.status_code, route.unique_id) == (dict[str, int], 201, "o")
    assert method.upper() in route.methods
    assert route.endpoint() == {"a": 1}
    assert route.dependant.path == "/"


def test_websockets_take_a_name_and_dependencies() -> None:
    app = XAPI()

    @app.websocket("/ws/{room}", name="room", dependencies=[Depends(lambda: None)])
    async def socket(websocket: WebSocket) -> None: ...

    app.add_api_websocket_route("/more", socket, name="more", dependencies=[])
    assert app.url_path_for("room", room="1") == "/ws/1"
    assert app.url_path_for("more") == "/more"


def test_starlettes_own_ways_to_add_routes_remain() -> None:
    app = XAPI()

    async def hello(request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    app.add_route("/a", hello)
    app.websocket_route("/b", name="b")(socket)
    app.mount("/c", app=Mount("", routes=[Route("/d", hello)]), name="c")
    app.host("e.test", app=PlainTextResponse("by host"), name="e")
    app.add_middleware(Middleware(lambda app: app).cls)
    client = TestClient(app)
    assert client.get("/a").text == "hello"
    assert client.get("/c/d").text == "hello"
    assert client.get("/x", headers={"host": "e.test"}).text == "by host"
    with client.websocket_connect("/b") as session:
        assert session.receive_text() == "hello"


@pytest.mark.parametrize("name", ["Path", "Query", "Header", "Cookie", "Body", "Form", "File"])
def test_a_marker_takes_its_keywords(name: str) -> None:
    own: dict[str, dict[str, Any]] = {
        "Header": {"convert_underscores": False},
        "Body": {"embed": True, "media_type": "text/x"},
        "Form": {"media_type": "text/x"},
        "File": {"media_type": "text/x"},
    }
    keywords = {**MARKER, **own.get(name, {})}
    for make in (getattr(xapi, name), getattr(params, name)):
        marker = make(**keywords)
        assert isinstance(marker, FieldInfo)
        assert isinstance(marker, getattr(params, name))
        assert (marker.title, marker.description, marker.alias, marker.examples) == ("T", "D", "a", [1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", xapi.exceptions.XAPIDeprecationWarning)
            make(regex="a", example=1)
            make(..., discriminator="kind") if name in ("Body", "Form", "File") else make(...)


@pytest.mark.parametrize("name", ["Query", "Header", "Cookie", "Path", "Form", "File", "Body"])
def test_a_marker_names_keywords_that_it_does_not_have(name: str) -> None:
    for make in (getattr(xapi, name), getattr(params, name)):
        with pytest.raises(
            xapi.exceptions.DeclarationError, match="no keyword 'titel': did you mean 'title'"
        ):
            make(titel="T")
        with pytest.raises(xapi.exceptions.DeclarationError, match="json_schema_extra"):
            make(note="kept")


@pytest.mark.parametrize("name", ["Query", "Header", "Cookie", "Path", "Form", "File", "Body"])
def test_deprecated_keywords_are_told_where_they_are_written(name: str) -> None:
    for make in (getattr(xapi, name), getattr(params, name)):
        for keywords in ({"regex": "a"}, {"example": 1}):
            with pytest.warns(xapi.exceptions.XAPIDeprecationWarning) as told:
                make(**keywords)
            assert [warning.filename for warning in told] == [__file__]


def test_markers_are_related() -> None:
    in_parameters = [params.Query, params.Path, params.Header, params.Cookie]
    assert all(issubclass(cls, params.Param) for cls in in_parameters)
    assert issubclass(params.File, params.Form)
    assert issubclass(params.Form, params.Body)
    assert issubclass(params.Security, params.Depends)


def test_dependencies_take_their_keywords() -> None:
    def dependency() -> None: ...

    use = xapi.Depends(dependency, use_cache=False, scope="function", max_concurrency=3)
    assert (use.dependency, use.use_cache, use.scope, use.max_concurrency) == (
        dependency,
        False,
        "function",
        3,
    )
    secured = xapi.Security(dependency, scopes=["a"], use_cache=False)
    assert (secured.dependency, list(secured.scopes), secured.use_cache) == (dependency, ["a"], False)
    assert xapi.Depends().dependency is None


COMMON: dict[str, Any] = {"scheme_name": "N", "description": "D", "auto_error": False}
SCHEMES: dict[str, dict[str, Any]] = {
    "APIKeyHeader": {"name": "n"},
    "APIKeyQuery": {"name": "n"},
    "APIKeyCookie": {"name": "n"},
    "HTTPBasic": {"realm": "r"},
    "HTTPBearer": {"bearerFormat": "JWT"},
    "HTTPDigest": {},
    "OAuth2": {"flows": {"password": {"tokenUrl": "t", "scopes": {}}}},
    "OAuth2PasswordBearer": {"tokenUrl": "t", "scopes": {"a": "A"}, "refreshUrl": "r"},
    "OAuth2AuthorizationCodeBearer": {
        "authorizationUrl": "a",
        "tokenUrl": "t",
        "refreshUrl": "r",
        "scopes": {"a": "A"},
    },
    "OpenIdConnect": {"openIdConnectUrl": "o"},
}


@pytest.mark.parametrize("name", SCHEMES)
def test_a_security_scheme_takes_its_keywords(name: str) -> None:
    from xapi.security.base import SecurityBase

    scheme = getattr(security, name)(**COMMON, **SCHEMES[name])
    assert isinstance(scheme, SecurityBase)
    assert (scheme.scheme_name, scheme.auto_error, scheme.model.description) == ("N", False, "D")


def test_the_objects_of_security_have_their_attributes() -> None:
    form = {"username": "u", "password": "p", "scope": "a b", "client_id": "c", "client_secret": "s"}
    for cls in (security.OAuth2PasswordRequestForm, security.OAuth2PasswordRequestFormStrict):
        given = cls(grant_type="password", **form)  # type: ignore[arg-type]
        assert vars(given) == {
            "grant_type": "password",
            "username": "u",
            "password": "p",
            "scopes": ["a", "b"],
            "client_id": "c",
            "client_secret": "s",
        }
    scopes = security.SecurityScopes(scopes=["a", "b"])
    assert (scopes.scopes, scopes.scope_str) == (["a", "b"], "a b")
    assert security.HTTPBasicCredentials(username="u", password="p").model_dump() == {
        "username": "u",
        "password": "p",
    }
    assert security.HTTPAuthorizationCredentials(scheme="s", credentials="c").credentials == "c"
    utils = import_module("xapi.security.utils")
    assert utils.get_authorization_scheme_param("Bearer t 1") == ("Bearer", "t 1")
    assert utils.get_authorization_scheme_param(None) == ("", "")


def test_the_helpers_of_utils_take_what_they_are_given() -> None:
    utils = import_module("xapi.utils")
    statuses = [200, 204, 304, "204", "default", "4XX", None, 101]
    allowed = [utils.is_body_allowed_for_status_code(status) for status in statuses]
    assert allowed == [True, False, False, False, True, True, True, False]
    assert utils.get_path_param_names("/a/{b}/{c}") == {"b", "c"}


def test_exceptions_take_their_arguments() -> None:
    from xapi.exceptions import RequestValidationError, ResponseValidationError, ValidationException

    assert xapi.HTTPException(status_code=400, detail={"any": "value"}, headers={"a": "b"}).headers == {
        "a": "b"
    }
    closed = xapi.WebSocketException(code=1008, reason="why")
    assert (closed.code, closed.reason) == (1008, "why")
    error = RequestValidationError([{"loc": ("query", "q"), "msg": "m", "type": "t"}], body={"a": 1})
    assert (error.errors()[0]["msg"], error.body) == ("m", {"a": 1})
    assert isinstance(error, ValidationException)
    assert ResponseValidationError([], body=1).body == 1


def test_the_encoder_takes_its_keywords() -> None:
    assert jsonable_encoder(
        {"a": 1, "b": None, "c": 3.5},
        include={"a", "b", "c"},
        exclude={"b"},
        by_alias=False,
        exclude_unset=True,
        exclude_defaults=True,
        exclude_none=True,
        custom_encoder={float: str},
        sqlalchemy_safe=False,
    ) == {"a": 1, "c": "3.5"}


def test_the_pages_and_the_document_take_their_keywords() -> None:
    swagger = get_swagger_ui_html(
        openapi_url="/o",
        title="T",
        swagger_js_url="/j",
        swagger_css_url="/c",
        swagger_favicon_url="/f",
        oauth2_redirect_url="/r",
        init_oauth={"clientId": "x"},
        swagger_ui_parameters={"a": 1},
    )
    redoc = get_redoc_html(
        openapi_url="/o", title="T", redoc_js_url="/j", redoc_favicon_url="/f", with_google_fonts=False
    )
    assert (swagger.status_code, redoc.status_code) == (200, 200)
    assert get_swagger_ui_oauth2_redirect_html().status_code == 200
    document = get_openapi(
        title="T",
        version="1",
        openapi_version="3.1.0",
        summary="S",
        description="D",
        routes=XAPI().routes,
        webhooks=[],
        tags=[],
        servers=[],
        terms_of_service="t",
        contact={},
        license_info={"name": "n"},
        separate_input_output_schemas=True,
        external_docs={"url": "u"},
    )
    assert document["info"]["title"] == "T"


def test_the_document_can_be_read_as_models() -> None:
    models = import_module("xapi.openapi.models")
    app = XAPI(title="T", version="1")
    app.get("/items/{item_id}", tags=["t"])(lambda item_id: item_id)
    document = models.OpenAPI.model_validate(app.openapi())
    assert document.info.title == "T"
    assert document.paths["/items/{item_id}"].get.parameters[0].in_ is models.ParameterInType.path
    written = document.model_dump(by_alias=True, exclude_none=True, mode="json")
    assert written["paths"]["/items/{item_id}"]["get"]["parameters"][0]["in"] == "path"
    flows = models.OAuthFlows(password=models.OAuthFlowPassword(tokenUrl="t", scopes={"a": "A"}))
    app = XAPI()
    app.get("/", dependencies=[Depends(security.OAuth2(flows=flows))])(lambda: None)
    scheme = app.openapi()["components"]["securitySchemes"]["OAuth2"]
    assert scheme == {"type": "oauth2", "flows": {"password": {"tokenUrl": "t", "scopes": {"a": "A"}}}}
