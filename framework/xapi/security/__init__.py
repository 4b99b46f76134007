"""Security schemes (OpenAPI 3.1, section 4.8.27) as dependencies."""

from xapi.params import SecurityScopes as SecurityScopes
from xapi.security.api_key import APIKeyCookie as APIKeyCookie
from xapi.security.api_key import APIKeyHeader as APIKeyHeader
from xapi.security.api_key import APIKeyQuery as APIKeyQuery
from xapi.security.http import HTTPAuthorizationCredentials as HTTPAuthorizationCredentials
from xapi.security.http import HTTPBasic as HTTPBasic
from xapi.security.http import HTTPBasicCredentials as HTTPBasicCredentials
from xapi.security.http import HTTPBearer as HTTPBearer
from xapi.security.http import HTTPDigest as HTTPDigest
from xapi.security.oauth2 import OAuth2 as OAuth2
from xapi.security.oauth2 import OAuth2AuthorizationCodeBearer as OAuth2AuthorizationCodeBearer
from xapi.security.oauth2 import OAuth2PasswordBearer as OAuth2PasswordBearer
from xapi.security.oauth2 import OAuth2PasswordRequestForm as OAuth2PasswordRequestForm
from xapi.security.oauth2 import OAuth2PasswordRequestFormStrict as OAuth2PasswordRequestFormStrict
from xapi.security.open_id_connect_url import OpenIdConnect as OpenIdConnect

__all__ = [
    "APIKeyCookie",
    "APIKeyHeader",
    "APIKeyQuery",
    "HTTPAuthorizationCredentials",
    "HTTPBasic",
    "HTTPBasicCredentials",
    "HTTPBearer",
    "HTTPDigest",
    "OAuth2",
    "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer",
    "OAuth2PasswordRequestForm",
    "OAuth2PasswordRequestFormStrict",
    "OpenIdConnect",
    "SecurityScopes",
]
