"""Where the folders that travel with the package are: beside it in a checkout, inside it once installed."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def migrations_folder() -> Path:
    """Return the app's own Flask-Migrate folder."""
    return _folder("migrations")


def scenarios_folder() -> Path:
    """Return the folder of the lab's own stories."""
    return _folder("scenarios")


def exercises_folder() -> Path:
    """Return the folder of the exercises."""
    return _folder("exercises")


def compose_file() -> Path | None:
    """Return the compose.yaml of the checkout; None where the lab is installed without one."""
    file = _PACKAGE.parent / "compose.yaml"
    return file if file.is_file() else None


def recorded_results() -> Path:
    """Return the folder of the recorded results, a file each scenario."""
    return _folder("results") / "recorded"


def _folder(name: str) -> Path:
    # The names inside the wheel are set in pyproject.toml, [tool.hatch.build.targets.wheel.force-include].
    packaged = _PACKAGE / f"_{name}"
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
