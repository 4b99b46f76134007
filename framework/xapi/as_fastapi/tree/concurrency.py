"""Worker threads."""

from anyio import CapacityLimiter

from xapi.concurrency import (
    contextmanager_in_threadpool,
    iterate_in_threadpool,
    run_in_threadpool,
    run_until_first_complete,
)
