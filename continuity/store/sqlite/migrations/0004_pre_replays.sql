-- Replay plans with a pace, a brake, samples, a second approver, another destination and a report.
-- replay.reached is not used any more: the marks of the rows say how far a plan is.

ALTER TABLE replay ADD COLUMN note TEXT NOT NULL DEFAULT ''; -- why it is in its state
ALTER TABLE replay ADD COLUMN approved_by TEXT;
ALTER TABLE replay ADD COLUMN tenant TEXT;
ALTER TABLE replay ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay ADD COLUMN options TEXT NOT NULL DEFAULT '{}'; -- JSON
ALTER TABLE replay ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay ADD COLUMN failed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay ADD COLUMN retrying INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay ADD COLUMN upto INTEGER; -- last delivery of the sample; null: no sample
ALTER TABLE replay ADD COLUMN watched INTEGER NOT NULL DEFAULT 0; -- fates asked up to here
ALTER TABLE replay ADD COLUMN leg INTEGER NOT NULL DEFAULT 0; -- counts starts and resumes
ALTER TABLE replay ADD COLUMN leg_delivered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay ADD COLUMN leg_failed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay ADD COLUMN leg_retrying INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay ADD COLUMN leg_closed INTEGER NOT NULL DEFAULT 0;

UPDATE replay SET changed_at = created_at;

ALTER TABLE replay_row ADD COLUMN destination TEXT NOT NULL DEFAULT ''; -- where it goes
ALTER TABLE replay_row ADD COLUMN skip TEXT; -- why it was left as it was
ALTER TABLE replay_row ADD COLUMN replayed_at INTEGER;
ALTER TABLE replay_row ADD COLUMN went_as INTEGER; -- the delivery at another destination
ALTER TABLE replay_row ADD COLUMN leg INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay_row ADD COLUMN fate TEXT;
ALTER TABLE replay_row ADD COLUMN followed INTEGER NOT NULL DEFAULT 0; -- 1 until its fate is settled

UPDATE replay_row
SET destination = (SELECT destination FROM delivery WHERE delivery.id = replay_row.delivery_id);

-- Whose turn is next, and whose fate is open: both shrink as a plan goes on.
CREATE INDEX replay_row_pending ON replay_row (replay_id, destination, delivery_id)
    WHERE mark IS NULL;
CREATE INDEX replay_row_followed ON replay_row (replay_id, delivery_id) WHERE followed = 1;

CREATE TABLE replay_target (
    replay_id   INTEGER NOT NULL REFERENCES replay (id),
    destination TEXT NOT NULL,
    free_at     INTEGER, -- the next row may go then; null: at once
    PRIMARY KEY (replay_id, destination)
) WITHOUT ROWID;

INSERT INTO replay_target (replay_id, destination)
SELECT DISTINCT replay_id, destination FROM replay_row;

CREATE TABLE replay_event (
    replay_id INTEGER NOT NULL REFERENCES replay (id),
    number    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    state     TEXT NOT NULL,
    reason    TEXT NOT NULL,
    PRIMARY KEY (replay_id, number)
) WITHOUT ROWID;

-- Who changed what is delivered, and how. The diff holds old and new values.
CREATE TABLE edit_history (
    id          INTEGER PRIMARY KEY,
    delivery_id INTEGER NOT NULL REFERENCES delivery (id),
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    diff        BLOB NOT NULL
);

CREATE INDEX edit_history_delivery ON edit_history (delivery_id, id);
