-- The database and its two roles: one owns the tables, the other is the server and may not
-- change what was recorded. Run once, as the superuser:  psql -f roles.sql
-- Other names:  psql -v owner=... -v server=... -v database=... -f roles.sql
\set ON_ERROR_STOP on
\if :{?owner}    \else \set owner hansa_owner \endif
\if :{?server}   \else \set server hansa      \endif
\if :{?database} \else \set database hansa    \endif

CREATE ROLE :"owner" NOLOGIN;
CREATE ROLE :"server" LOGIN;
CREATE DATABASE :"database" OWNER :"owner" TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"server";
