"""Writing StUF-ZKN: pure, from canonical values to elements in the order of the schema."""
