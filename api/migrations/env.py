"""Alembic's entry: the schema of every room, one head."""

from typing import Any, Literal

from alembic import context

import api.audit
import api.handoff.models
import api.intake.models
import api.outbox
import api.safety.models
import api.scheduling.models
import api.staff.models
import api.transcript.models  # noqa: F401 (the imports above fill the metadata)
from api.database import Base, UtcDateTime, connect


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Migrations speak plain SQLAlchemy: they must run long after our column types have changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


engine = connect(context.config.attributes["database_url"])
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=render_item
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
