"""Tables of a second schema, one of them behind a foreign key, and a column that may not be NULL in a table with rows.

Where there are no schemas, the migrations would write into another database: nothing is run.
"""

MODELS = """
class Student(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), nullable=False)

class Seat(db.Model):
    __table_args__ = {"schema": "school"}
    id = sa.Column(sa.Integer, primary_key=True)
    word = sa.Column(sa.String(40), nullable=False)
    floor = sa.Column(sa.Integer, nullable=False)

class Taken(db.Model):
    __table_args__ = {"schema": "school"}
    id = sa.Column(sa.Integer, primary_key=True)
    seat_id = sa.Column(sa.Integer, sa.ForeignKey("school.seat.id"), nullable=False)
    student_id = sa.Column(sa.Integer, sa.ForeignKey("student.id"), nullable=False)
"""

REVISIONS = [
    (
        """
op.execute("CREATE SCHEMA school")
op.create_table("student", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(40), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_student"))
op.create_table("seat", sa.Column("id", sa.Integer(), nullable=False), sa.Column("word", sa.String(40), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_seat"), schema="school")
op.create_table("taken", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("seat_id", sa.Integer(), nullable=False), sa.Column("student_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["seat_id"], ["school.seat.id"], name="fk_taken_seat_id"),
    sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_taken_student_id"),
    sa.PrimaryKeyConstraint("id", name="pk_taken"), schema="school")
""",
        """
op.drop_table("taken", schema="school")
op.drop_table("seat", schema="school")
op.drop_table("student")
op.execute("DROP SCHEMA school")
""",
    ),
    (
        """op.execute("UPDATE school.seat SET word = upper(word)")""",
        """pass""",
    ),
    (
        """op.add_column("seat", sa.Column("floor", sa.Integer(), nullable=False), schema="school")""",
        """op.drop_column("seat", "floor", schema="school")""",
    ),
]

ENV = ("**conf_args", "include_schemas=True, **conf_args")

ERRORS = {"refused-with-rows 3": "p"}

NOT_TESTED = ("SQLite", "MySQL", "MariaDB")
