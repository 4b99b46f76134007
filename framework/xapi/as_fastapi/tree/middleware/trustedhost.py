"""Trusted hosts."""

from xapi.middleware.trustedhost import TrustedHostMiddleware
