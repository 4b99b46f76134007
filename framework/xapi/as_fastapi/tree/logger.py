"""The logger."""

from xapi.logger import logger
