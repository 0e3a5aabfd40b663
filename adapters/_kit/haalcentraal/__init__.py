"""What the Haal Centraal APIs (BRP, BRK, BAG) have in common: calls, credentials, errors."""
