"""A column is altered and loses its default on MySQL and MariaDB."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    level = sa.Column(sa.BigInteger, server_default="1", nullable=False)
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
        """op.add_column("student", sa.Column("level", sa.Integer(), server_default="1", nullable=False))""",
        """op.drop_column("student", "level")""",
    ),
    (
        """
with op.batch_alter_table("student") as batch:
    batch.alter_column("level", type_=sa.BigInteger())
""",
        """
with op.batch_alter_table("student") as batch:
    batch.alter_column("level", type_=sa.Integer(), existing_server_default="1", existing_nullable=False)
""",
    ),
]

ALSO = {"engines-differ 3": "ma"}
