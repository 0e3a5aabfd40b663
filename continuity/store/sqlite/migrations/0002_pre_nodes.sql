-- Processes that live, and what each can serve.
CREATE TABLE node (
    name         TEXT PRIMARY KEY,
    until        INTEGER NOT NULL,
    destinations TEXT NOT NULL -- JSON: an array of names
) WITHOUT ROWID;

-- How far a reader that reads on from where it was has come.
CREATE TABLE cursor (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
