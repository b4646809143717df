CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    -- No foreign key: what happened stays written when the account is gone.
    user_id INTEGER,
    what TEXT NOT NULL,
    address TEXT,
    user_agent TEXT
);

CREATE INDEX events_of_a_user ON events (user_id, id);
