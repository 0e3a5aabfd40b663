"""Store-and-forward: what has been accepted is delivered once, in order, over outages."""
