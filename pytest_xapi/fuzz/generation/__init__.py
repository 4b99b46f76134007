"""The cases of an operation, drawn from its JSON schemas: a seeded generator of our own, and the wire.

Nothing here knows Schemathesis. `OperationGenerator` draws cases as values (`GeneratedCase`); `Requests`
writes them as requests and says which of them keep to the document.
"""

from pytest_xapi.fuzz.generation.model import GeneratedCase as GeneratedCase
from pytest_xapi.fuzz.generation.model import Hints as Hints
from pytest_xapi.fuzz.generation.observations import Observations as Observations
from pytest_xapi.fuzz.generation.operation import OperationGenerator as OperationGenerator
from pytest_xapi.fuzz.generation.requests import Foreign as Foreign
from pytest_xapi.fuzz.generation.requests import Unsendable as Unsendable
from pytest_xapi.fuzz.generation.schemas import Schemas as Schemas
