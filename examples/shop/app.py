"""A shop as one writes it on SQLite; each of its revisions after the first has one fault, which the check finds."""

import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy(metadata=sa.MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s"}))


class Product(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    title = sa.Column(sa.String(80), nullable=False)
    packing = sa.Column(sa.String(5), nullable=False, server_default="box")
    stock = sa.Column(sa.Integer, nullable=False)
    discount = sa.Column(sa.Integer, nullable=False, server_default="0")
    price = sa.Column(sa.Numeric(12, 2))


class Sale(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    product_id = sa.Column(sa.ForeignKey("product.id", ondelete="CASCADE"), nullable=False)
    amount = sa.Column(sa.Integer, nullable=False)


class Payment(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    state = sa.Column(sa.Enum("open", "paid", name="payment_state"), nullable=False)


class Supplier(db.Model):
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(80), nullable=False)


@sa.event.listens_for(sa.engine.Engine, "connect")
def foreign_keys(connection, _record):
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA foreign_keys=ON").close()


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"
    db.init_app(app)
    Migrate(app, db)
    return app
