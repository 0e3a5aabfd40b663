-- Messages of one day, in order.
CREATE INDEX message_accepted ON message (accepted_at, id);

-- How often the message was delivered to this destination before: a repair makes a new delivery.
ALTER TABLE delivery ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
DROP INDEX delivery_message;
CREATE UNIQUE INDEX delivery_message ON delivery (message_id, destination, round);

CREATE TABLE reconciliation (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    destination TEXT NOT NULL,
    day         TEXT NOT NULL, -- YYYY-MM-DD, Europe/Amsterdam
    state       TEXT NOT NULL,
    asked_by    TEXT NOT NULL,
    asked_at    INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL,
    retry_at    INTEGER,
    note        TEXT NOT NULL DEFAULT '',
    checkpoint  TEXT NOT NULL DEFAULT '',
    differences INTEGER NOT NULL DEFAULT 0,
    unsettled   INTEGER NOT NULL DEFAULT 0
);

-- At most one comparison of a day at a time.
CREATE UNIQUE INDEX reconciliation_pending ON reconciliation (destination, day)
    WHERE state <> 'done';
CREATE INDEX reconciliation_destination ON reconciliation (destination, id);
CREATE INDEX reconciliation_day ON reconciliation (day, id);

CREATE TABLE difference (
    reconciliation_id INTEGER NOT NULL REFERENCES reconciliation (id),
    number            INTEGER NOT NULL,
    code              TEXT NOT NULL,
    kind              TEXT NOT NULL,
    delivery_id       INTEGER,
    body              BLOB NOT NULL,
    settlement        TEXT, -- null: open
    settled_by        TEXT NOT NULL DEFAULT '',
    settled_at        INTEGER,
    reason            TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (reconciliation_id, number)
) WITHOUT ROWID;
