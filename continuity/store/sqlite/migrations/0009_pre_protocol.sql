-- Who asked what about whom, why, and what came of it.
CREATE TABLE protocol_entry (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant      TEXT NOT NULL,
    type        TEXT NOT NULL,
    destination TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    verwerking  TEXT NOT NULL,
    asker       TEXT NOT NULL, -- the user; the word is SQL's own
    caller      TEXT NOT NULL,
    fields      TEXT NOT NULL, -- a JSON array; empty: all
    asked_at    INTEGER NOT NULL,
    outcome     TEXT NOT NULL,
    ended_at    INTEGER,
    persons     INTEGER NOT NULL
);
CREATE INDEX protocol_asked ON protocol_entry (asked_at, id);
CREATE INDEX protocol_tenant ON protocol_entry (tenant, id);
CREATE INDEX protocol_asker ON protocol_entry (asker, id);

-- A keyed hash for each person that an entry is about.
CREATE TABLE protocol_person (
    hash     BLOB NOT NULL,
    entry_id INTEGER NOT NULL,
    PRIMARY KEY (hash, entry_id)
) WITHOUT ROWID;
CREATE INDEX protocol_person_entry ON protocol_person (entry_id);
