"""A revision reads with the models, which have a column by now that the next revision makes."""

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
        """
from app import Student, db
for student in db.session.query(Student):
    student.name = student.name.strip()
db.session.commit()
""",
        """pass""",
    ),
    (
        """op.add_column("student", sa.Column("age", sa.Integer()))""",
        """op.drop_column("student", "age")""",
    ),
]

ERRORS = {"refused 2": "spma"}
