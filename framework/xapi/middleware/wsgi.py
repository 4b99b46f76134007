"""WSGI apps inside an ASGI app: `app.mount("/v1", WSGIMiddleware(flask_app))`."""

import warnings

__all__ = ["WSGIMiddleware"]

with warnings.catch_warnings():
    # Starlette recommends a2wsgi instead; code bases that come over use this one.
    warnings.simplefilter("ignore")
    from starlette.middleware.wsgi import WSGIMiddleware as WSGIMiddleware
