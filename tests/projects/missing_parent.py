"""A revision names a parent that was never committed."""

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

ERRORS = {"missing-parent 2": "spma"}

FILES = {
    "/migrations/versions/0002_orphan.py": """
        from alembic import op
        revision = "0002"
        down_revision = "beef"

        def upgrade():
            op.execute("UPDATE student SET name = 'x'")

        def downgrade():
            pass
    """
}
