"""A number loses digits where the engine holds to them; rounded up, the largest has no way back."""

MODELS = """
class Item(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    price = sa.Column(sa.Numeric(12, 2))
"""

REVISIONS = [
    (
        """
op.create_table("item", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("price", sa.Numeric(12, 4)), sa.PrimaryKeyConstraint("id", name="pk_item"))
""",
        """op.drop_table("item")""",
    ),
    (
        """
with op.batch_alter_table("item") as batch:
    batch.alter_column("price", existing_type=sa.Numeric(12, 4), type_=sa.Numeric(12, 2))
""",
        """
with op.batch_alter_table("item") as batch:
    batch.alter_column("price", existing_type=sa.Numeric(12, 2), type_=sa.Numeric(12, 4))
""",
    ),
]

ERRORS = {"rows-changed 2": "pma", "downgrade-refused 2": "pma"}
