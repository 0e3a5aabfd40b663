-- Of which messages the content is kept, by type and tenant; and the last one before a moment.
CREATE INDEX message_unpurged ON message (type, tenant, id) WHERE purged_at IS NULL;
CREATE INDEX IF NOT EXISTS message_accepted ON message (accepted_at, id);
