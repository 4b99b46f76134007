"""WSGI apps."""

from xapi.middleware.wsgi import WSGIMiddleware
