"""The commands of `setup.py` that differ from those of setuptools."""

import os
import shutil
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from setuptools.command.build import build
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

from building import compiler, settings
from building.kernels import translate


class Build(build):
    """Leaves nothing in the folder of a wheel that is no longer in the package."""

    def initialize_options(self) -> None:
        super().initialize_options()
        if settings.SANITIZE:
            self.build_base = settings.SANITIZE_FOLDER
            self.build_lib = f"{settings.SANITIZE_FOLDER}/lib"

    def run(self) -> None:
        compiler.executables()  # ends before hundreds of files are copied if none can be compiled
        super().run()
        commands = [self.get_finalized_command(name) for name in self.get_sub_commands()]
        made = {Path(path) for command in commands for path in command.get_outputs()}
        for path in Path(self.build_lib).rglob("*"):
            if path.is_file() and path not in made:
                path.unlink()


class BuildPy(build_py):
    """Brings the files of the wheel that lie elsewhere in a checkout."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.force = True

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            for source, target in self._moved():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        moved = [] if self.editable_mode else [os.fspath(target) for _, target in self._moved()]
        return [*super().get_outputs(include_bytecode), *moved]

    def _moved(self) -> list[tuple[Path, Path]]:
        pairs = []
        for start, end in settings.MOVED.items():
            place, target = Path(start), Path(self.build_lib, end)
            files = sorted(place.iterdir()) if place.is_dir() else [place]
            pairs += [(f, target / f.name if place.is_dir() else target) for f in files]
        return pairs


class BuildExt(build_ext):
    """Compiles the kernels, several at once."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count() or 1

    def get_source_files(self) -> list[str]:
        return []  # MANIFEST.in has them

    def run(self) -> None:
        self._executables = compiler.executables()
        translate(self.extensions, int(self.parallel))
        super().run()

    def copy_extensions_to_source(self) -> None:
        super().copy_extensions_to_source()
        # What an earlier build left there under another ending would be imported instead.
        for extension in self.extensions:
            new = Path(self.get_ext_filename(extension.name))
            for ending in EXTENSION_SUFFIXES:
                old = new.with_name(extension.name.rpartition(".")[2] + ending)
                if old != new:
                    old.unlink(missing_ok=True)

    def build_extensions(self) -> None:
        self.compiler.set_executables(**self._executables)
        windows = self.compiler.compiler_type == "msvc"
        flags = settings.MSVC_FLAGS if windows else settings.UNIX_FLAGS
        for extension in self.extensions:
            extension.extra_compile_args = settings.SANITIZE_FLAGS if settings.SANITIZE else flags
            extension.extra_link_args = settings.SANITIZE_LINK_FLAGS if settings.SANITIZE else []
        super().build_extensions()
