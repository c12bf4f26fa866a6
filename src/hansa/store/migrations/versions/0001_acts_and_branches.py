"""Acts and branches, and the triggers that keep acts as they are.

The tables are written out here, not taken from `hansa.store.tables`: a migration says what the
schema was at its time, whatever becomes of it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NEVER_CHANGED = "an act is never changed"
NEVER_REMOVED = "an act is never removed"
ONLY_GROWS = "a branch only grows"
MAIN_STAYS = "the main branch is never removed"

# REPLACE removes rows without firing DELETE triggers, hence the guard on INSERT.
SQLITE = (
    f"""CREATE TRIGGER hansa_acts_update BEFORE UPDATE ON hansa_acts
        BEGIN SELECT RAISE(ABORT, '{NEVER_CHANGED}'); END""",
    f"""CREATE TRIGGER hansa_acts_insert BEFORE INSERT ON hansa_acts
        WHEN EXISTS (SELECT 1 FROM hansa_acts
                     WHERE branch = NEW.branch AND position = NEW.position)
          OR EXISTS (SELECT 1 FROM hansa_acts WHERE id = NEW.id AND branch = NEW.branch)
        BEGIN SELECT RAISE(ABORT, '{NEVER_CHANGED}'); END""",
    f"""CREATE TRIGGER hansa_acts_delete BEFORE DELETE ON hansa_acts
        WHEN EXISTS (SELECT 1 FROM hansa_branches WHERE name = OLD.branch)
        BEGIN SELECT RAISE(ABORT, '{NEVER_REMOVED}'); END""",
    f"""CREATE TRIGGER hansa_branches_update BEFORE UPDATE ON hansa_branches
        WHEN NOT (NEW.name = OLD.name AND NEW.base IS OLD.base AND NEW.fork = OLD.fork
                  AND NEW.seal = OLD.seal AND NEW.size > OLD.size)
        BEGIN SELECT RAISE(ABORT, '{ONLY_GROWS}'); END""",
    f"""CREATE TRIGGER hansa_branches_insert BEFORE INSERT ON hansa_branches
        WHEN EXISTS (SELECT 1 FROM hansa_branches WHERE name = NEW.name)
        BEGIN SELECT RAISE(ABORT, '{ONLY_GROWS}'); END""",
    f"""CREATE TRIGGER hansa_branches_delete BEFORE DELETE ON hansa_branches
        WHEN OLD.base IS NULL
        BEGIN SELECT RAISE(ABORT, '{MAIN_STAYS}'); END""",
)

POSTGRES = (
    """CREATE FUNCTION hansa_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$""",
    f"""CREATE FUNCTION hansa_refuse_removal() RETURNS trigger LANGUAGE plpgsql
       SET search_path FROM CURRENT AS
       $$ BEGIN
         IF EXISTS (SELECT 1 FROM hansa_branches WHERE name = OLD.branch) THEN
           RAISE EXCEPTION '{NEVER_REMOVED}';
         END IF;
         RETURN OLD;
       END $$""",
    f"""CREATE TRIGGER hansa_acts_update BEFORE UPDATE ON hansa_acts
        FOR EACH ROW EXECUTE FUNCTION hansa_refuse('{NEVER_CHANGED}')""",
    """CREATE TRIGGER hansa_acts_delete BEFORE DELETE ON hansa_acts
       FOR EACH ROW EXECUTE FUNCTION hansa_refuse_removal()""",
    f"""CREATE TRIGGER hansa_acts_truncate BEFORE TRUNCATE ON hansa_acts
        FOR EACH STATEMENT EXECUTE FUNCTION hansa_refuse('{NEVER_REMOVED}')""",
    f"""CREATE TRIGGER hansa_branches_update BEFORE UPDATE ON hansa_branches FOR EACH ROW
        WHEN (NOT (NEW.name = OLD.name AND NEW.base IS NOT DISTINCT FROM OLD.base
                   AND NEW.fork = OLD.fork AND NEW.seal = OLD.seal AND NEW.size > OLD.size))
        EXECUTE FUNCTION hansa_refuse('{ONLY_GROWS}')""",
    f"""CREATE TRIGGER hansa_branches_delete BEFORE DELETE ON hansa_branches FOR EACH ROW
        WHEN (OLD.base IS NULL) EXECUTE FUNCTION hansa_refuse('{MAIN_STAYS}')""",
    f"""CREATE TRIGGER hansa_branches_truncate BEFORE TRUNCATE ON hansa_branches
        FOR EACH STATEMENT EXECUTE FUNCTION hansa_refuse('{MAIN_STAYS}')""",
)


def upgrade() -> None:
    """Make the tables and the triggers."""
    op.create_table(
        "hansa_branches",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("base", sa.Text, sa.ForeignKey("hansa_branches.name")),
        sa.Column("fork", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
    )
    branch = sa.ForeignKey("hansa_branches.name", deferrable=True, initially="DEFERRED")
    op.create_table(
        "hansa_acts",
        sa.Column("branch", sa.Text, branch, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("nodes", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("id", "branch", name="hansa_acts_id"),
        sqlite_with_rowid=False,
    )
    dialect = op.get_bind().dialect.name
    for statement in SQLITE if dialect == "sqlite" else POSTGRES:
        op.execute(sa.text(statement.replace(":", r"\:")))
