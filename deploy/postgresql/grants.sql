-- What the server may do, once the tables are there (again after an upgrade, as new ones may be):
--   psql -d hansa -f grants.sql
-- Acts are added and read, never changed or removed; so are the notes of the audit. Only the
-- owner of the tables, as whom nobody logs in, could switch off the triggers that keep them.
\set ON_ERROR_STOP on
\if :{?server} \else \set server hansa \endif

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"server";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO :"server";
REVOKE INSERT, UPDATE, DELETE ON hansa_schema FROM :"server";
REVOKE UPDATE, DELETE ON hansa_acts, hansa_audit FROM :"server";
REVOKE DELETE ON hansa_branches, hansa_accounts, hansa_revisions FROM :"server";
