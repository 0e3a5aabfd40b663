-- Times are microseconds since 1970-01-01 UTC, so that they sort and lose nothing.

CREATE TABLE message (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant         TEXT NOT NULL,
    source         TEXT NOT NULL,
    event_id       TEXT NOT NULL,
    type           TEXT NOT NULL,
    subject        TEXT NOT NULL,
    deliver_from   INTEGER,
    deliver_until  INTEGER,
    depends_on     TEXT,
    correlation_id TEXT,
    accepted_at    INTEGER NOT NULL,
    digest         BLOB NOT NULL,
    body           BLOB NOT NULL -- last: the columns before it are read without it
);

-- One acceptance per event; event_id first, so that it can be searched for alone.
CREATE UNIQUE INDEX message_event ON message (event_id, tenant, source);
CREATE INDEX message_subject ON message (subject);

CREATE TABLE delivery (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of acceptance
    message_id    INTEGER NOT NULL REFERENCES message (id),
    tenant        TEXT NOT NULL,
    destination   TEXT NOT NULL,
    route         TEXT NOT NULL,
    lane          TEXT NOT NULL,
    on_parked     TEXT NOT NULL,
    state         TEXT NOT NULL,
    open          INTEGER NOT NULL, -- written only when a delivery closes: keeps two indexes still
    wait          TEXT NOT NULL,
    due_at        INTEGER,
    doubtful      INTEGER NOT NULL DEFAULT 0,
    attempts      INTEGER NOT NULL DEFAULT 0,
    look_ups      INTEGER NOT NULL DEFAULT 0,
    fault_code    TEXT,
    fault_detail  TEXT,
    detail        TEXT NOT NULL DEFAULT '',
    edited        INTEGER NOT NULL DEFAULT 0,
    dependent     INTEGER NOT NULL,
    deliver_until INTEGER,
    changed_at    INTEGER NOT NULL,
    CHECK (open = (state IN ('waiting', 'sending', 'uncertain', 'parked'))),
    CHECK ((fault_code IS NULL) = (fault_detail IS NULL))
);

-- A message goes to one destination once.
CREATE UNIQUE INDEX delivery_message ON delivery (message_id, destination);

-- What the dispatcher reads. Only open rows are in them, so closed ones cost nothing.
CREATE INDEX delivery_open ON delivery (destination, id) WHERE open = 1;
CREATE INDEX delivery_lane ON delivery (destination, lane, id) WHERE open = 1;
CREATE INDEX delivery_until ON delivery (destination, deliver_until, id)
    WHERE deliver_until IS NOT NULL AND state = 'waiting' AND doubtful = 0;
CREATE INDEX delivery_due ON delivery (destination, wait, due_at) WHERE due_at IS NOT NULL;

-- What operators look through.
CREATE INDEX delivery_state ON delivery (state, id);
CREATE INDEX delivery_destination_state ON delivery (destination, state, id);
CREATE INDEX delivery_tenant_state ON delivery (tenant, state, id);
CREATE INDEX delivery_fault ON delivery (fault_code, id) WHERE fault_code IS NOT NULL;
CREATE INDEX delivery_changed ON delivery (changed_at, id);

-- What an operator wants to be delivered instead of the message's own body.
CREATE TABLE edit (
    delivery_id INTEGER PRIMARY KEY REFERENCES delivery (id),
    body        BLOB NOT NULL
);

CREATE TABLE step (
    id          INTEGER PRIMARY KEY,
    delivery_id INTEGER NOT NULL REFERENCES delivery (id),
    name        TEXT NOT NULL,
    request     BLOB,
    result      TEXT,
    UNIQUE (delivery_id, name)
);

CREATE TABLE reference (
    tenant      TEXT NOT NULL,
    destination TEXT NOT NULL,
    subject     TEXT NOT NULL,
    name        TEXT NOT NULL,
    value       TEXT NOT NULL,
    PRIMARY KEY (tenant, destination, subject, name)
) WITHOUT ROWID;

CREATE TABLE destination (name TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE lease (
    destination TEXT PRIMARY KEY,
    owner       TEXT NOT NULL, -- empty: released
    epoch       INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE hold (
    destination TEXT PRIMARY KEY,
    held_by     TEXT NOT NULL,
    reason      TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE breaker (
    destination TEXT PRIMARY KEY,
    state       TEXT NOT NULL,
    failures    INTEGER NOT NULL,
    opened_at   INTEGER,
    probe_at    INTEGER,
    reason      TEXT NOT NULL
) WITHOUT ROWID;

-- Lanes that an operator changed and whose dispatcher has not been told yet.
CREATE TABLE recall (
    destination TEXT NOT NULL,
    lane        TEXT NOT NULL,
    PRIMARY KEY (destination, lane)
) WITHOUT ROWID;

CREATE TABLE counter (
    destination TEXT NOT NULL,
    tenant      TEXT NOT NULL,
    state       TEXT NOT NULL,
    count       INTEGER NOT NULL,
    PRIMARY KEY (destination, tenant, state)
) WITHOUT ROWID;

CREATE TABLE replay (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    state        TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    started_by   TEXT NOT NULL DEFAULT '',
    reason       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    fingerprint  TEXT NOT NULL,
    total        INTEGER NOT NULL,
    replayed     INTEGER NOT NULL DEFAULT 0,
    skipped      INTEGER NOT NULL DEFAULT 0,
    reached      INTEGER NOT NULL DEFAULT 0, -- the last delivery whose turn has come
    destinations TEXT NOT NULL -- JSON: name -> number of deliveries
);

CREATE TABLE replay_row (
    replay_id   INTEGER NOT NULL REFERENCES replay (id),
    delivery_id INTEGER NOT NULL REFERENCES delivery (id),
    mark        TEXT, -- replayed | skipped; null: its turn has not come
    PRIMARY KEY (replay_id, delivery_id)
) WITHOUT ROWID;

CREATE TABLE api_key (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    scopes      TEXT NOT NULL, -- separated by spaces
    tenant      TEXT,
    created_at  INTEGER NOT NULL,
    revoked_at  INTEGER
);

CREATE TABLE audit (
    seq         INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    action      TEXT NOT NULL,
    tenant      TEXT,
    message_id  INTEGER,
    delivery_id INTEGER,
    destination TEXT,
    before      TEXT,
    after       TEXT,
    reason      TEXT NOT NULL,
    hash        BLOB NOT NULL
);

CREATE INDEX audit_delivery ON audit (delivery_id, seq) WHERE delivery_id IS NOT NULL;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE (ABORT, 'the audit trail is append-only');
END;

CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
BEGIN
    SELECT RAISE (ABORT, 'the audit trail is append-only');
END;
