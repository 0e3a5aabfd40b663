"""What we answer to a system that asks us: Bv, Fo, La01 and Du02, in the order of the schema."""
