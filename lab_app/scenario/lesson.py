"""The points of the lesson that the lab grew from: each is shown by at least one scenario."""

POINTS: tuple[str, ...] = (
    "why migrations are necessary",
    "set up Flask-Migrate",
    "flask db init",
    "flask db migrate",
    "flask db upgrade",
    "flask db downgrade",
    "safe model change",
    "mini task: add a column",
    "mistake: deleting the database file",
    "mistake: running create_all() again",
    "mistake: editing the structure by hand",
    "mistake: deleting the migrations folder",
    "version control for the database: history, heads, merge",
)
