"""Real processes, real kills, real sockets: the long version of the proof."""
