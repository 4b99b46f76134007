"""The pytest plugin of xapi: fixtures for tests of ASGI apps, and property tests from their OpenAPI document."""
