-- Documents beside messages; their content lies in the blob store.
CREATE TABLE document (
    tenant       text COLLATE "C" NOT NULL,
    sha256       text COLLATE "C" NOT NULL,
    size         bigint NOT NULL,
    media_type   text NOT NULL,
    location     text COLLATE "C" NOT NULL UNIQUE,
    key          bytea NOT NULL,
    stored_at    timestamptz NOT NULL,
    unused_since timestamptz, -- null: a message refers to it
    PRIMARY KEY (tenant, sha256)
);

CREATE INDEX document_unused ON document (unused_since, location) WHERE unused_since IS NOT NULL;

-- Which messages, of which the body is kept, refer to a document.
CREATE TABLE document_use (
    tenant     text COLLATE "C" NOT NULL,
    sha256     text COLLATE "C" NOT NULL,
    message_id bigint NOT NULL REFERENCES message (id),
    PRIMARY KEY (tenant, sha256, message_id),
    FOREIGN KEY (tenant, sha256) REFERENCES document (tenant, sha256)
);

CREATE INDEX document_use_message ON document_use (message_id);
