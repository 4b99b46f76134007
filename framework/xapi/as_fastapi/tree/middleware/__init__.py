"""Middleware."""

from xapi.middleware import Middleware
