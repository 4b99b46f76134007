"""OAuth2."""

from xapi.exceptions import HTTPException
from xapi.openapi.models import OAuth2 as OAuth2Model
from xapi.openapi.models import OAuthFlows as OAuthFlowsModel
from xapi.param_functions import Form
from xapi.security.base import SecurityBase
from xapi.security.oauth2 import (
    OAuth2,
    OAuth2AuthorizationCodeBearer,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    OAuth2PasswordRequestFormStrict,
    SecurityScopes,
)
from xapi.security.utils import get_authorization_scheme_param
