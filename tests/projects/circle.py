"""Two revisions are each other's parent."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
"""

REVISIONS = [
    (
        """
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(40), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("student")""",
    ),
]

ERRORS = {"unreadable-revision": "spma"}

FILES = {
    "/migrations/versions/0002_one.py": """
        revision = "0002"
        down_revision = "0003"

        def upgrade():
            pass

        def downgrade():
            pass
    """,
    "/migrations/versions/0003_other.py": """
        revision = "0003"
        down_revision = "0002"

        def upgrade():
            pass

        def downgrade():
            pass
    """,
}
