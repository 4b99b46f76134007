"""CORS."""

from xapi.middleware.cors import CORSMiddleware
