"""Alerts: steps down the on-call list, outcomes, verdicts."""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENTS = ("alerted_at", "next_step_at", "exhausted_at", "outcome_at", "verdict_at")
TEXTS = {"outcome": 16, "outcome_by": 32, "verdict": 16, "verdict_by": 32}


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("step", sa.Integer(), server_default="0", nullable=False))
        for name in MOMENTS:
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        for name, length in TEXTS.items():
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=True))
        batch_op.add_column(sa.Column("note_sealed", sa.LargeBinary(), nullable=True))
    op.create_table(
        "alert_step",
        sa.Column("alert_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("alert_id", "number"),
    )
    _start_timers()


def _start_timers() -> None:
    """Alerts that wait were repeated by their own notices until now: their timers start here, none is lost."""
    alert = sa.table("alert", sa.column("id"), sa.column("acknowledged_at"))
    entry = sa.table(
        "outbox_entry",
        *(sa.column("id"), sa.column("topic"), sa.column("payload", sa.JSON()), sa.column("attempts")),
        *(sa.column("created_at", sa.DateTime(timezone=True)), sa.column("due_at", sa.DateTime(timezone=True))),
    )
    connection, now = op.get_bind(), datetime.now(UTC)
    for alert_id in connection.scalars(sa.select(alert.c.id).where(alert.c.acknowledged_at.is_(None))).all():
        timer = {"id": secrets.token_hex(16), "topic": "alert_timer", "payload": {"alert_id": alert_id, "step": 1}}
        op.execute(entry.insert().values(**timer, attempts=0, created_at=now, due_at=now))


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM outbox_entry WHERE topic = 'alert_timer'")
    op.drop_table("alert_step")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        for name in ("note_sealed", *TEXTS, *MOMENTS, "step"):
            batch_op.drop_column(name)
