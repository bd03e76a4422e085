"""Room for "unanswered" in safety_state.direct_answer: PostgreSQL holds to the length, SQLite never did."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Ten letters do not fit in eight."""
    with op.batch_alter_table("safety_state") as table:
        table.alter_column("direct_answer", existing_type=sa.String(length=8), type_=sa.String(length=12))


def downgrade() -> None:
    """Back to the first length; on PostgreSQL only while no longer value is stored."""
    with op.batch_alter_table("safety_state") as table:
        table.alter_column("direct_answer", existing_type=sa.String(length=12), type_=sa.String(length=8))
