"""The process that only starts the app: `python -m benchmarks.reach.start`.

What import, start-up and the document reach is no merit of any request.
"""

from benchmarks.reach import watch

# Before anything imports the application.
_coverage = watch.measured()

from benchmarks.reach.apps import chosen, create, credentials  # noqa: E402
from xapi.testing import TestClient  # noqa: E402

if __name__ == "__main__":
    credentials()
    with TestClient(create()) as client:
        client.get(chosen().document).raise_for_status()
    watch.keep(_coverage, "start")
