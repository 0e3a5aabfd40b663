-- Documents beside messages; their content lies in the blob store.
CREATE TABLE document (
    tenant       TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    size         INTEGER NOT NULL,
    media_type   TEXT NOT NULL,
    location     TEXT NOT NULL UNIQUE,
    stored_at    INTEGER NOT NULL,
    unused_since INTEGER, -- null: a message refers to it
    key          BLOB NOT NULL,
    PRIMARY KEY (tenant, sha256)
) WITHOUT ROWID;

CREATE INDEX document_unused ON document (unused_since, location) WHERE unused_since IS NOT NULL;

-- Which messages, of which the body is kept, refer to a document.
CREATE TABLE document_use (
    tenant     TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    message_id INTEGER NOT NULL REFERENCES message (id),
    PRIMARY KEY (tenant, sha256, message_id),
    FOREIGN KEY (tenant, sha256) REFERENCES document (tenant, sha256)
) WITHOUT ROWID;

CREATE INDEX document_use_message ON document_use (message_id);
