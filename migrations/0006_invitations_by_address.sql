-- An invitation by address is told apart by that address, whoever has it: one by name is another one.
UPDATE invitations SET invitee_key = email WHERE email IS NOT NULL;
