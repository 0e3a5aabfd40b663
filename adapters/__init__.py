"""One folder per external system, all alike; `contract` and `_kit` are the only shared code."""
