"""A revision that looks for its first table before it makes both: cut in the middle, it skips the second."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)

class Tag(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)

class Mark(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
"""

REVISIONS = [
    (
        """
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(40), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("student")""",
    ),
    (
        """
if not sa.inspect(op.get_bind()).has_table("tag"):
    op.create_table("tag", sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_tag"))
    op.create_table("mark", sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_mark"))
""",
        """op.drop_table("mark")
op.drop_table("tag")""",
    ),
]

ALSO = {"not-repeatable 2": "sma"}
