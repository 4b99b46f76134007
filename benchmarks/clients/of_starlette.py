"""Starlette's TestClient, in its context manager: without it, each request would start a thread."""

from starlette.testclient import TestClient

from benchmarks.clients.actions import loads
from benchmarks.clients.service import service

LOADS = loads(lambda: TestClient(service))
