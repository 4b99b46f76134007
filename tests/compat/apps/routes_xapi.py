"""Routes of every kind in xapi."""

import routes_declared

import xapi

SOURCE = routes_declared.__file__
app = routes_declared.declare(xapi, xapi.XAPI)
