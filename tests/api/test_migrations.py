"""What the migrations promise: one head, and the schema that the models say."""

import json

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import api.main  # noqa: F401 (fills the metadata with every room)
from api.audit import AuditHead, seal_of
from api.database import Base, Database, connect
from api.launch import store
from api.settings import ROOT
from api.staff.models import SignIn, StaffMember
from tests import databases


def test_there_is_one_head():
    config = Config()
    config.set_main_option("script_location", str(ROOT / "api" / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_migrations_make_exactly_the_tables_of_the_models(tmp_path):
    url = databases.empty_url_for(tmp_path)
    store.migrate(url)
    engine = connect(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_migrating_twice_changes_nothing(tmp_path):
    url = databases.empty_url_for(tmp_path)
    store.migrate(url)
    store.migrate(url)


def _at_first_revision(url):
    """A database as the first revision left it, with one sign-in and a chain of two entries."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "api" / "migrations"))
    config.attributes["database_url"] = url
    command.upgrade(config, "0001")
    engine = connect(url)
    with engine.begin() as connection:
        for number, digest in ((1, "a" * 64), (2, "b" * 64)):
            row = "INSERT INTO audit_event VALUES (:n, '2026-03-02 17:00:00', 'staff:a', 'sign_in', 'x', :d)"
            connection.execute(text(row), {"n": number, "d": digest})
        member = "INSERT INTO staff_member VALUES ('m', 'd@example.org', 'D', 'auditor', 'h', '2026-03-02 17:00:00', NULL)"
        connection.execute(text(member))
        times = "'2026-03-02 17:00:00', '2026-03-02 17:00:00', '2026-03-03 17:00:00'"
        connection.execute(text(f"INSERT INTO sign_in VALUES ('s', 't', 'c', 'm', {times})"))
    engine.dispose()


def test_an_old_database_keeps_its_sign_ins_and_its_chain_gets_an_end(tmp_path):
    url = databases.empty_url_for(tmp_path)
    _at_first_revision(url)
    store.migrate(url, b"key")
    database = Database(url)
    with database.reading() as db:
        assert (db.query(SignIn).one().stage, db.query(StaffMember).one().totp_step) == ("open", 0)
        head = db.get(AuditHead, 1)
        assert (head.number, head.seal) == (2, seal_of(b"key", 2, "b" * 64))
        assert compare_metadata(MigrationContext.configure(db.connection()), Base.metadata) == []
    database.close()


def test_an_alert_that_waited_before_the_upgrade_goes_down_the_list_after_it(tmp_path):
    config = Config()
    config.set_main_option("script_location", str(ROOT / "api" / "migrations"))
    config.attributes["database_url"] = f"sqlite:///{tmp_path / 'f.db'}"
    command.upgrade(config, "0001")
    engine = connect(config.attributes["database_url"])
    insert = "INSERT INTO alert (id, session_id, tier, rules_version, raised_at) VALUES "
    with engine.begin() as connection:
        connection.execute(text(f"{insert}('a1', 's', 'crisis', 'v', '2026-03-02 17:00:00')"))
    command.upgrade(config, "head")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT topic, payload FROM outbox_entry")).tuples().all()
    assert [(topic, json.loads(payload)) for topic, payload in found] == [
        ("alert_timer", {"alert_id": "a1", "step": 1})
    ]
    engine.dispose()
