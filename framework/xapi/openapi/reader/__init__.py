"""Reading OpenAPI documents: the one reader of clients, checks, gates and property tests.

`Document` reads versions 3.0, 3.1 and 3.2, and converts Swagger 2.0. References are followed in `references`
and nowhere else.
"""

from xapi.openapi.reader import pointers
from xapi.openapi.reader.document import Document
from xapi.openapi.reader.errors import DocumentError, Problem, UnresolvedReference
from xapi.openapi.reader.files import read_file, read_text
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.operations import Operation, Parameter, PathItem

__all__ = [
    "Document",
    "DocumentError",
    "Node",
    "Operation",
    "Parameter",
    "PathItem",
    "Problem",
    "UnresolvedReference",
    "pointers",
    "read_file",
    "read_text",
]
