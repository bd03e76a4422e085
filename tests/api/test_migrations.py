"""What the migrations promise: one head, and the schema that the models say."""

import json

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import api.main  # noqa: F401 (fills the metadata with every room)
from api.database import Base, connect
from api.launch import store
from api.settings import ROOT


def test_there_is_one_head():
    config = Config()
    config.set_main_option("script_location", str(ROOT / "api" / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_migrations_make_exactly_the_tables_of_the_models(tmp_path):
    url = f"sqlite:///{tmp_path / 'f.db'}"
    store.migrate(url)
    engine = connect(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_migrating_twice_changes_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'f.db'}"
    store.migrate(url)
    store.migrate(url)


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
