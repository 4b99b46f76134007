"""Redirection to HTTPS."""

from xapi.middleware.httpsredirect import HTTPSRedirectMiddleware
