CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    -- In lower case: an address belongs to one account, however it is typed.
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    password_hash TEXT NOT NULL,
    -- How often the address or the password has changed: a mailed link is bound to it, so that it is not
    -- good again where either comes back.
    changes INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
);

CREATE TABLE roles (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    PRIMARY KEY (user_id, role)
) WITHOUT ROWID;

-- What the application reads: a user with the roles, in one query.
CREATE VIEW users_with_roles AS
SELECT users.*, coalesce((SELECT group_concat(role, ' ') FROM roles WHERE user_id = users.id), '') AS roles
FROM users;

CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- The key itself is shown once and kept nowhere.
    digest BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
);

CREATE INDEX api_keys_of_a_user ON api_keys (user_id);
