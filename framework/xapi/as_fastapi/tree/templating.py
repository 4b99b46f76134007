"""Templates."""

from xapi.templating import Jinja2Templates
