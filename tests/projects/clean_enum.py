"""Clean: an enum with a life of its own, made and dropped where engines have one."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    level = sa.Column(sa.Enum("low", "high", name="level"))
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
level = sa.Enum("low", "high", name="level")
level.create(op.get_bind(), checkfirst=True)
op.add_column("student", sa.Column("level", level))
""",
        """
op.drop_column("student", "level")
sa.Enum(name="level").drop(op.get_bind(), checkfirst=True)
""",
    ),
]
