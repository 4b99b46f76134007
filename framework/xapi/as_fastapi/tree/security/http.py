"""HTTP authentication."""

from xapi.exceptions import HTTPException
from xapi.openapi.models import HTTPBase as HTTPBaseModel
from xapi.openapi.models import HTTPBearer as HTTPBearerModel
from xapi.security.base import SecurityBase
from xapi.security.http import (
    HTTPAuthorizationCredentials,
    HTTPBase,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    HTTPDigest,
)
from xapi.security.utils import get_authorization_scheme_param
