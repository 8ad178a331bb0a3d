"""products and sales"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("packing", sa.String(5), nullable=False),
        sa.Column("price", sa.Integer()),
    )
    product_id = sa.ForeignKey("product.id", name="fk_sale_product_id", ondelete="CASCADE")
    op.create_table(
        "sale",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("product_id", sa.Integer(), product_id, nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
    )


def downgrade():
    op.drop_table("sale")
    op.drop_table("product")
