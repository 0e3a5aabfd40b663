"""The parts of `tests.conformance.store`, by side of the contract."""
