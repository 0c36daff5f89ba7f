"""Where modules were in 0.1.0, under names that users' imports and exported pipelines hold."""

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType

MOVED = {
    "givesell.features": "givesell.estimators.vectorizer",
    "givesell.calibrated": "givesell.estimators.calibrated",
    "givesell.network": "givesell.estimators.network",
    "givesell.network.classifier": "givesell.estimators.network.classifier",
    "givesell.network.deep": "givesell.estimators.deep",
    "givesell.training": "givesell.estimators",
    "givesell.training.estimators": "givesell.estimators.pipelines",
}


class MovedModules:
    """Import a module by the name that it had in 0.1.0.

    A finder of `sys.meta_path` rather than modules that import everything again, so that
    ``joblib.load`` opens what 0.1.0 exported, and there is one module object by both names.
    """

    @classmethod
    def find_spec(cls, name: str, *_: object) -> ModuleSpec | None:
        """Return the spec of a module that has moved; None for any other."""
        return ModuleSpec(name, cls) if name in MOVED else None  # type: ignore[arg-type]

    @staticmethod
    def create_module(spec: ModuleSpec) -> None:
        """Let the import system make the module, which `exec_module` replaces."""

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Put the module of today in the place of one that has moved."""
        sys.modules[module.__name__] = import_module(MOVED[module.__name__])


def install() -> None:
    """Let modules be imported by their earlier names too."""
    if MovedModules not in sys.meta_path:
        # First, because a submodule would be found in the folder of its parent, and made twice.
        sys.meta_path.insert(0, MovedModules)
