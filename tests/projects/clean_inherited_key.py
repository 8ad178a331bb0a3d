"""Tables whose keys the application gives: one that is another table's, one that no engine numbers."""

MODELS = """
class Item(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    kind = sa.Column(sa.String(40), nullable=False)

class Book(db.Model):
    id = sa.Column(sa.Integer, sa.ForeignKey("item.id"), primary_key=True)
    pages = sa.Column(sa.Integer)

class Grade(db.Model):
    id = sa.Column(sa.Integer, primary_key=True, autoincrement=False)
    points = sa.Column(sa.Integer)
"""

REVISIONS = [
    (
        """
op.create_table("item", sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_item"))
op.create_table("book", sa.Column("id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["id"], ["item.id"], name="fk_book_id"), sa.PrimaryKeyConstraint("id", name="pk_book"))
op.create_table("grade", sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_grade"))
""",
        """op.drop_table("grade"); op.drop_table("book"); op.drop_table("item")""",
    ),
    (
        """
op.add_column("book", sa.Column("pages", sa.Integer()))
op.add_column("grade", sa.Column("points", sa.Integer()))
""",
        """op.drop_column("grade", "points"); op.drop_column("book", "pages")""",
    ),
]
