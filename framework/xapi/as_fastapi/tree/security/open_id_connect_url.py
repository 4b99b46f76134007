"""OpenID Connect."""

from xapi.exceptions import HTTPException
from xapi.openapi.models import OpenIdConnect as OpenIdConnectModel
from xapi.security.base import SecurityBase
from xapi.security.open_id_connect_url import OpenIdConnect
