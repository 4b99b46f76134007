"""Sessions in signed cookies."""

try:
    from starlette.middleware.sessions import SessionMiddleware as SessionMiddleware
except ModuleNotFoundError as error:
    raise ImportError(
        "SessionMiddleware needs the package itsdangerous: pip install 'xapi-framework[standard]'"
    ) from error
