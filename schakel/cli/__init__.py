"""The command line: local commands work on configuration and files, the others talk to a hub.

Exit codes: 0 all is well, 1 problems were found, 2 wrong use or a configuration with mistakes.
"""

from schakel.cli.application import app, main

__all__ = ["app", "main"]
