-- Whether somebody has to choose a new password before they do anything else.
ALTER TABLE people ADD COLUMN password_expired boolean NOT NULL DEFAULT FALSE;
