"""Credentials in headers."""

from xapi.security.utils import get_authorization_scheme_param
