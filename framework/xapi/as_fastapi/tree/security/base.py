"""The base of security schemes."""

from xapi.openapi.models import SecurityBase as SecurityBaseModel
from xapi.security.base import SecurityBase
