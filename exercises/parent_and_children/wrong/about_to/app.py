import sqlite3
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Engine

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{Path(__file__).with_name('school.db')}"

db = SQLAlchemy(app)
migrate = Migrate(app, db)


@event.listens_for(Engine, "connect")
def hold_foreign_keys(connection, _record):
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA foreign_keys=ON")


class Course(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(80))


class Enrolment(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    student = db.Column(db.String(100))
    course_id = db.Column(db.ForeignKey("course.id", ondelete="CASCADE"), nullable=False)


@app.get("/")
def courses():
    return [course.title for course in Course.query]
