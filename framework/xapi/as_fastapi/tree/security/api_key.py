"""API keys."""

from xapi.exceptions import HTTPException
from xapi.openapi.models import APIKey, APIKeyIn
from xapi.security.api_key import APIKeyBase, APIKeyCookie, APIKeyHeader, APIKeyQuery
from xapi.security.base import SecurityBase
