"""A table of a schema that an administrator has made: no revision does."""

MODELS = """
class Seat(db.Model):
    __table_args__ = {"schema": "school"}
    id = sa.Column(sa.Integer, primary_key=True)
"""

REVISIONS = [
    (
        """
op.create_table("seat", sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_seat"),
    schema="school")
""",
        """op.drop_table("seat", schema="school")""",
    ),
]

ERRORS = {"needs-a-start 1": "p"}

NOT_TESTED = ("SQLite", "MySQL", "MariaDB")
