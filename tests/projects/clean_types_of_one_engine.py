"""Types that PostgreSQL has alone, with others in their place elsewhere: their tables get rows where that can be."""

MODELS = """
class Walk(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    lasted = sa.Column(sa.Interval)
    tags = sa.Column(sa.Text().with_variant(postgresql.ARRAY(sa.String(20)), "postgresql"))
    steps = sa.Column(sa.Integer)
"""

REVISIONS = [
    (
        """
tags = postgresql.ARRAY(sa.String(20)) if op.get_bind().dialect.name == "postgresql" else sa.Text()
op.create_table("walk", sa.Column("id", sa.Integer(), nullable=False), sa.Column("lasted", sa.Interval()),
    sa.Column("tags", tags), sa.PrimaryKeyConstraint("id", name="pk_walk"))
""",
        """op.drop_table("walk")""",
    ),
    (
        """op.add_column("walk", sa.Column("steps", sa.Integer()))""",
        """op.drop_column("walk", "steps")""",
    ),
]

APP = """from sqlalchemy.dialects import postgresql"""

IMPORTS = """from sqlalchemy.dialects import postgresql"""
