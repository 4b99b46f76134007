"""The type of the object that commands are added to."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # argparse's class takes no type argument at run time
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
