-- What systems outside handed in, what came of it and what was answered.
CREATE TABLE reception (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant          TEXT NOT NULL,
    destination     TEXT NOT NULL,
    key             TEXT, -- null: the sender gave it none, or it was purged
    digest          BLOB NOT NULL,
    at              INTEGER NOT NULL,
    outcome         TEXT NOT NULL,
    kind            TEXT NOT NULL,
    code            TEXT NOT NULL,
    detail          TEXT NOT NULL,
    message_ids     TEXT NOT NULL, -- a JSON array
    answer_status   INTEGER NOT NULL,
    answer_type     TEXT NOT NULL,
    purged_at       INTEGER,
    request_headers TEXT NOT NULL,
    answer          BLOB NOT NULL,
    request         BLOB NOT NULL -- last: the columns before it are read without it
);

-- Taken once; what was refused may be handed in again under the same key.
CREATE UNIQUE INDEX reception_key ON reception (tenant, destination, key)
    WHERE key IS NOT NULL AND outcome <> 'refused';
CREATE INDEX reception_destination ON reception (destination, id);
CREATE INDEX reception_tenant ON reception (tenant, id);
CREATE INDEX reception_outcome ON reception (outcome, id);
CREATE INDEX reception_kind ON reception (kind, id);
CREATE INDEX reception_unpurged ON reception (tenant, at, id) WHERE purged_at IS NULL;
