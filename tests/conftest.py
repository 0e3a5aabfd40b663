"""Property tests fail for what they find, never for how busy the machine is.

In CI they try the same examples every time: a change is judged by what it changes. Elsewhere they
go on looking for new ones; what they find is repeated first in the next run.

Some machines tell Python to keep no compiled code (PYTHONDONTWRITEBYTECODE). The tests start some
two hundred processes; each would compile everything anew, which takes half of its time. So theirs
is kept beside the cache of pytest, where `make clean` finds it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import settings

pytest_plugins = ["tests.services", "tests.databases"]

if sys.dont_write_bytecode:
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "pycache")
    sys.dont_write_bytecode = False
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile("unhurried", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable" if os.environ.get("CI") else "unhurried")
