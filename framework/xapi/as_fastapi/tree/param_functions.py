"""The functions that make markers."""

from xapi.param_functions import Body, Cookie, Depends, File, Form, Header, Path, Query, Security
