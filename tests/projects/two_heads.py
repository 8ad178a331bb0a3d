"""Two revisions with one parent."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    age = sa.Column(sa.Integer)
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
        """op.add_column("student", sa.Column("age", sa.Integer()))""",
        """op.drop_column("student", "age")""",
    ),
]

ERRORS = {"several-heads": ""}

FILES = {
    "/migrations/versions/0002b_mail.py": '\n"""mail"""\nimport sqlalchemy as sa\nfrom alembic import op\nrevision = "0002b"\ndown_revision = "0001"\n\n\ndef upgrade():\n    op.add_column("student", sa.Column("mail", sa.String(40)))\n\n\ndef downgrade():\n    op.drop_column("student", "mail")\n'
}
