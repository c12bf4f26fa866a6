-- What the server may do, once the tables are there:
--   psql -d hansa -f grants.sql
-- Acts are added and read, never changed or removed; so are the notes of the audit. Only the
-- owner of the tables, as whom nobody logs in, could switch off the triggers that keep them.
\set ON_ERROR_STOP on
\if :{?server} \else \set server hansa \endif

GRANT SELECT ON hansa_schema TO :"server";
GRANT SELECT, INSERT ON hansa_acts TO :"server";
GRANT SELECT, INSERT, UPDATE ON hansa_branches TO :"server";
GRANT SELECT, INSERT, UPDATE ON hansa_accounts TO :"server";
GRANT SELECT, INSERT, UPDATE, DELETE ON hansa_sessions TO :"server";
GRANT SELECT, INSERT, UPDATE ON hansa_revisions TO :"server";
GRANT SELECT, INSERT ON hansa_audit TO :"server";
GRANT USAGE ON SEQUENCE hansa_audit_number_seq TO :"server";
