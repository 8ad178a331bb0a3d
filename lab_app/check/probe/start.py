"""What the lab starts, in the project's interpreter: the package beside this file, under a name that nobody has."""

import importlib.util
import os
import sys

_NAME = "migration_lab_probe"


def _package(folder):
    """Load the folder as a package; no folder of the lab's comes into the project's ``sys.path``.

    Return the module that was asked for: the probe itself, or with ``--fork SOCKET`` what many are forked from.
    """
    spec = importlib.util.spec_from_file_location(
        _NAME, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[_NAME] = package
    spec.loader.exec_module(package)
    return importlib.import_module(_NAME + (".forking" if "--fork" in sys.argv else ".main"))


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    _package(os.path.dirname(os.path.abspath(__file__))).main()
