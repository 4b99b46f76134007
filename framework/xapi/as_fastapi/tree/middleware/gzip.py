"""Compression."""

from xapi.middleware.gzip import GZipMiddleware
