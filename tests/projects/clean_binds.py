"""Clean: two databases, each with its part of every revision."""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)
    age = sa.Column(sa.Integer)

class Event(db.Model):
    __bind_key__ = "log"
    id = sa.Column(sa.Integer, primary_key=True)
    word = sa.Column(sa.String(40), nullable=False)
    age = sa.Column(sa.Integer)
"""

REVISIONS = [
    (
        """
if engine_name == "log":
    op.create_table("event", sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(40), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_event"))
else:
    op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_student"))
""",
        """op.drop_table("event" if engine_name == "log" else "student")""",
    ),
    (
        """
op.add_column("event" if engine_name == "log" else "student", sa.Column("age", sa.Integer()))
""",
        """
with op.batch_alter_table("event" if engine_name == "log" else "student") as batch:
    batch.drop_column("age")
""",
    ),
]

TEMPLATE = """flask-multidb"""

SETTINGS = """app.config["SQLALCHEMY_BINDS"] = {"log": "sqlite:///log.db"}"""
