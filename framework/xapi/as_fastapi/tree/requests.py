"""Requests."""

from xapi.requests import HTTPConnection, Request
