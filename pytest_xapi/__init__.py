"""The pytest plugin of xapi: fixtures for tests of ASGI apps, property tests from OpenAPI documents."""

from pytest_xapi.override import Override as Override
