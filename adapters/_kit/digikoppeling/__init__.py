"""Digikoppeling: what national facilities share that are asked over WUS (SOAP 1.1)."""
