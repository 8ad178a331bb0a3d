"""What the process that workers are forked from does first, before it imports what they need."""

import gc
import sys

# Mako colours the source of a template that fails, where Pygments is installed: an import that no migration needs.
sys.modules.setdefault("mako.ext.pygmentplugin", None)  # type: ignore[arg-type]
# Importing makes a great many objects that stay: looking for cycles among them takes a tenth of the time.
gc.disable()
