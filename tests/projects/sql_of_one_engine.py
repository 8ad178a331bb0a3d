"""A statement that only PostgreSQL understands."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    mail = sa.Column(sa.String(40))
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
        """op.execute("ALTER TABLE student ADD COLUMN mail VARCHAR(40)")
op.execute("UPDATE student SET mail = name::varchar")""",
        """op.drop_column("student", "mail")""",
    ),
]

ERRORS = {"refused 2": "sma", "half-applied 2": "sma"}
