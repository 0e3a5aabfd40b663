"""Property tests fail for what they find, never for how busy the machine is.

In CI they try the same examples every time: a change is judged by what it changes. Elsewhere they
go on looking for new ones; what they find is repeated first in the next run.
"""

from __future__ import annotations

import os

from hypothesis import settings

pytest_plugins = ["tests.services", "tests.databases"]

settings.register_profile("unhurried", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable" if os.environ.get("CI") else "unhurried")
