"""All that we take from Schemathesis and Hypothesis; nothing else imports them.

Public there: the loader, `get_all_operations`, `as_strategy`, `Case`, `validate_response`, `Response` and the
hooks. What is not documented there is listed in the tests of this package, which fail when one of it moves.
"""

from pytest_xapi.fuzz.schemathesis_adapter.api import Api as Api
from pytest_xapi.fuzz.schemathesis_adapter.api import label_of as label_of
from pytest_xapi.fuzz.schemathesis_adapter.api import parts_of as parts_of
from pytest_xapi.fuzz.schemathesis_adapter.direct import UnusableDocument as UnusableDocument
from pytest_xapi.fuzz.schemathesis_adapter.drawing import undisturbed as undisturbed
from pytest_xapi.fuzz.schemathesis_adapter.stored import as_data as as_data
from pytest_xapi.fuzz.schemathesis_adapter.stored import from_data as from_data
