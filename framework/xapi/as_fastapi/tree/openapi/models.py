"""The objects of OpenAPI as models."""

from typing import Literal

from pydantic import BaseModel

from xapi.logger import logger
from xapi.openapi.models import (
    XML,
    APIKey,
    APIKeyIn,
    Components,
    Contact,
    Discriminator,
    Encoding,
    Example,
    ExternalDocumentation,
    Header,
    HTTPBase,
    HTTPBearer,
    Info,
    License,
    Link,
    MediaType,
    OAuth2,
    OAuthFlow,
    OAuthFlowAuthorizationCode,
    OAuthFlowClientCredentials,
    OAuthFlowImplicit,
    OAuthFlowPassword,
    OAuthFlows,
    OpenAPI,
    OpenIdConnect,
    Operation,
    Parameter,
    ParameterBase,
    ParameterInType,
    PathItem,
    Reference,
    RequestBody,
    Response,
    Schema,
    SchemaOrBool,
    SecurityBase,
    SecurityScheme,
    SecuritySchemeType,
    Server,
    ServerVariable,
    Tag,
)


class BaseModelWithConfig(BaseModel):
    """The base of FastAPI's own objects: with members that nobody has declared."""

    model_config = {"extra": "allow"}


SchemaType = Literal["array", "boolean", "integer", "null", "number", "object", "string"]
