"""Clean: what flask db migrate writes, over ten revisions."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    c2 = sa.Column(sa.String(20))
    c3 = sa.Column(sa.String(20))
    c4 = sa.Column(sa.String(20))
    c5 = sa.Column(sa.String(20))
    c6 = sa.Column(sa.String(20))
    c7 = sa.Column(sa.String(20))
    c8 = sa.Column(sa.String(20))
    c9 = sa.Column(sa.String(20))
    c10 = sa.Column(sa.String(20))
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
        """op.add_column("student", sa.Column("c2", sa.String(20)))""",
        """op.drop_column("student", "c2")""",
    ),
    (
        """op.add_column("student", sa.Column("c3", sa.String(20)))""",
        """op.drop_column("student", "c3")""",
    ),
    (
        """op.add_column("student", sa.Column("c4", sa.String(20)))""",
        """op.drop_column("student", "c4")""",
    ),
    (
        """op.add_column("student", sa.Column("c5", sa.String(20)))""",
        """op.drop_column("student", "c5")""",
    ),
    (
        """op.add_column("student", sa.Column("c6", sa.String(20)))""",
        """op.drop_column("student", "c6")""",
    ),
    (
        """op.add_column("student", sa.Column("c7", sa.String(20)))""",
        """op.drop_column("student", "c7")""",
    ),
    (
        """op.add_column("student", sa.Column("c8", sa.String(20)))""",
        """op.drop_column("student", "c8")""",
    ),
    (
        """op.add_column("student", sa.Column("c9", sa.String(20)))""",
        """op.drop_column("student", "c9")""",
    ),
    (
        """op.add_column("student", sa.Column("c10", sa.String(20)))""",
        """op.drop_column("student", "c10")""",
    ),
]
