"""deploy/docker/locked.py as a module: a script of the image's build, which is no package."""

import importlib.util
import sys
from types import ModuleType

from .processes import ROOT


def load_locked() -> ModuleType:
    """Load it from its file."""
    spec = importlib.util.spec_from_file_location("locked", ROOT / "deploy/docker/locked.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["locked"] = module
    spec.loader.exec_module(module)
    return module
