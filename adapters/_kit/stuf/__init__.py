"""What the adapters that speak StUF 3.01 share: names, envelopes, stuurgegevens, faults, client.

Import the module that is needed, not the package. `client` and `settings` do I/O;
`translate.py` and `inbound.py` may use all others.
"""
