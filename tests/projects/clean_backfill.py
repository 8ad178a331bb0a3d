"""Clean: a column is added, filled and made NOT NULL."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    code = sa.Column(sa.String(60), nullable=False)
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
with op.batch_alter_table("student") as batch:
    batch.add_column(sa.Column("code", sa.String(60)))
student = sa.table("student", sa.column("name"), sa.column("code"))
op.execute(sa.update(student).values(code=student.c.name))
with op.batch_alter_table("student") as batch:
    batch.alter_column("code", existing_type=sa.String(60), nullable=False)
""",
        """
with op.batch_alter_table("student") as batch:
    batch.drop_column("code")
""",
    ),
]
