-- The last number drawn in a series of case numbers.
CREATE TABLE number_series (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) WITHOUT ROWID;

-- Case numbers that were given out, and what each destination calls the case.
CREATE TABLE identity (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant            TEXT NOT NULL,
    case_number       TEXT NOT NULL,
    destination       TEXT NOT NULL, -- empty: none was configured
    request_key       BLOB, -- null: nobody asked
    issuer            TEXT NOT NULL,
    asked_by          TEXT NOT NULL,
    issued_at         INTEGER NOT NULL,
    definitive_number TEXT, -- null while provisional
    settled_at        INTEGER,
    announced_at      INTEGER,
    CHECK ((definitive_number IS NULL) = (settled_at IS NULL)),
    CHECK ((request_key IS NULL) = (issuer = 'core'))
);

CREATE UNIQUE INDEX identity_key ON identity (tenant, request_key) WHERE request_key IS NOT NULL;
CREATE UNIQUE INDEX identity_issued ON identity (tenant, case_number) WHERE issuer <> 'core';
CREATE UNIQUE INDEX identity_case ON identity (tenant, destination, case_number);
CREATE INDEX identity_provisional ON identity (id) WHERE definitive_number IS NULL;
CREATE INDEX identity_tenant ON identity (tenant, id);
CREATE INDEX identity_number ON identity (case_number, id);
CREATE INDEX identity_unannounced ON identity (tenant, id)
    WHERE settled_at IS NOT NULL AND announced_at IS NULL;
