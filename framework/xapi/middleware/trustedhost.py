"""Only known hosts."""

from starlette.middleware.trustedhost import TrustedHostMiddleware as TrustedHostMiddleware
