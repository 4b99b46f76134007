"""The test client."""

from xapi.testclient import TestClient
