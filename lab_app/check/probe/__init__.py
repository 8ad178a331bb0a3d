"""The probe: it runs in the interpreter of the project that is checked, and acts there when it is told to.

It imports the standard library and what the project has: Python 3.8, SQLAlchemy 1.4, Alembic 1.8, Flask-Migrate 2.5,
each or newer, or no Flask at all. Nothing of the lab is imported, so these modules are loaded by ``start.py`` under a
name of their own, and import one another by that package alone. It knows nothing of engines and judges nothing: what
it says is what it did, and the walk looks for itself.
"""
