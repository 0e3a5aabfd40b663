"""The rules of the house, one small validator each; every validator is shown a fault as well."""
