"""Which revisions a check takes no snapshot for, where the engine rolls DDL back."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab_app.check.evidence import Revision
from lab_app.check.harmless import leaves_nothing

_TEXT = """
import sqlalchemy as sa
from alembic import op
{imports}

def upgrade():
    {up}

def downgrade():
    {down}
"""
_ADD = 'op.add_column("t", sa.Column("a", sa.Integer))'
_DROP = 'op.drop_column("t", "a")'


@pytest.mark.parametrize(
    ("imports", "up", "down", "harmless"),
    [
        ("", _ADD, _DROP, True),
        ("", 'with op.batch_alter_table("t") as b: b.add_column(sa.Column("a", sa.Integer))', _DROP, True),
        ("", 'op.create_index("i", "t", ["a"])', 'op.drop_index("i", table_name="t")', True),
        ("", 'op.create_index(op.f("i"), "t", ["a"])', 'op.drop_index("i", table_name="t")', True),
        ("", 'op.create_index("i", "t", ["a"])', 'op.drop_index("j", table_name="t")', False),
        ("", _ADD, 'op.drop_column("t", "b")', False),
        ("", _ADD, 'with op.batch_alter_table("t") as b: b.drop_column("a")', True),
        ("", _ADD, 'with op.batch_alter_table("u") as b: b.drop_column("a")', False),
        ("", 'name = "i"; op.create_index(name, "t", ["a"])', 'op.drop_index("i", table_name="t")', False),
        ("", 'op.create_table("u", sa.Column("a", sa.Integer, sa.Sequence("s")))', 'op.drop_table("u")', False),
        ("", _ADD, "pass", False),
        ("", _ADD, 'op.drop_table("t")', False),
        ("", f'{_ADD}; op.execute("COMMIT")', _DROP, False),
        ("", _ADD.replace("sa.Integer", 'sa.Enum("x", name="e")'), _DROP, False),
        ("from app import shape", f"{_ADD}; shape()", _DROP, False),
        ("from app import Enum as Kind", _ADD, _DROP, False),
        ("", f"if True: {_ADD}", _DROP, False),
        ("", f"{_ADD}; (", _DROP, False),
    ],
)
def test_only_what_leaves_nothing_is_harmless(imports: str, up: str, down: str, harmless: bool, tmp_path: Path) -> None:
    """DDL that the downgrade takes back leaves nothing; an enum, a statement of one's own, a helper may leave much."""
    file = tmp_path / "0001.py"
    file.write_text(_TEXT.format(imports=imports, up=up, down=down))

    assert leaves_nothing(Revision("0001", (), (), "", str(file))) is harmless
