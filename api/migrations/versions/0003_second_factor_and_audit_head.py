"""Second factor and stages of a sign-in, the sealed head of the audit chain, a hold on chats."""

import hashlib
import hmac

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Columns are added one by one: copying a table (Alembic's batch mode) would cascade through SQLite's foreign keys.
COLUMNS = {
    "staff_member": (
        sa.Column("password_is_temporary", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"),
    ),
    "sign_in": (
        sa.Column("stage", sa.String(length=10), nullable=False, server_default="open"),
        sa.Column("device", sa.String(length=80), nullable=False, server_default=""),
        sa.Column("address", sa.String(length=45), nullable=False, server_default=""),
    ),
    "chat_session": (sa.Column("legal_hold", sa.Boolean(), nullable=False, server_default=sa.false()),),
}


def upgrade() -> None:
    """Apply."""
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, column)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_member_id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["staff_member_id"], ["staff_member.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_recovery_code_staff_member_id"), "recovery_code", ["staff_member_id"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    _seal_what_stands(head)


def _seal_what_stands(head: sa.Table) -> None:
    """A chain from before this revision gets its head here; later a missing head means that somebody took it."""
    key = context.config.attributes.get("audit_key")
    last = op.get_bind().execute(sa.text("SELECT number, digest FROM audit_event ORDER BY number DESC")).first()
    if last is not None and key:
        seal = hmac.new(key, f"head|{last.number}|{last.digest}".encode(), hashlib.sha256).hexdigest()
        op.bulk_insert(head, [{"id": 1, "number": last.number, "digest": last.digest, "seal": seal}])


def downgrade() -> None:
    """Undo."""
    op.drop_table("audit_head")
    op.drop_table("recovery_code")
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column.name)
