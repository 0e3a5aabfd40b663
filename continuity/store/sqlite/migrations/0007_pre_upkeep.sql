-- When the content of a message was removed; null: it is kept.
ALTER TABLE message ADD COLUMN purged_at INTEGER;

CREATE INDEX message_unpurged ON message (type, tenant, id) WHERE purged_at IS NULL;
