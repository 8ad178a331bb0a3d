"""env.py makes a table of its own whenever it runs."""

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

ALSO = {"env-writes": "spma"}

ENV = (
    "        with context.begin_transaction():",
    '        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS audit (id INTEGER)")\n        connection.commit()\n        with context.begin_transaction():',
)
