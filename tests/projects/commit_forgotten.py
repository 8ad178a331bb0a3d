"""env.py runs the migrations without begin_transaction(): nothing commits them."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    age = sa.Column(sa.Integer)
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
        """op.add_column("student", sa.Column("age", sa.Integer()))""",
        """op.drop_column("student", "age")""",
    ),
]

ERRORS = {"version-did-not-move 1": "p"}

ENV = (
    "        with context.begin_transaction():\n            context.run_migrations()",
    "        context.run_migrations()",
)
