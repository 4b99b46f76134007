"""`python -m xapi`: the command line where the script `xapi` is not on the path."""

from __future__ import annotations

from xapi.cli import main

raise SystemExit(main())
