"""What the migrations promise: one head, and the schema that the models say."""

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import api.main  # noqa: F401 (fills the metadata with every room)
from api.database import Base, connect
from api.launch import store
from api.settings import ROOT
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
