"""The alias: `import fastapi`, and everything below it, gives xapi's objects under FastAPI's names.

To import this package sets it up, for this process and for those that `multiprocessing` starts in it. It has
to come before `fastapi` is imported by anybody; installed or not, that package is then not loaded. Nothing
else in `xapi` knows of it.
"""

from xapi.as_fastapi.importing import install

install()
