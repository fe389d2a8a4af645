"""A plugin of pytest that imports one module from another text: for changes outside of functions, made at import."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

ASKED = "GROUNDPLAN_MUTANT"  # a JSON list: module, its file, the file to read instead


class Changed(SourceFileLoader):
    """Loads a module from the text that stands in another file."""

    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self.text = text

    def get_code(self, fullname: str) -> CodeType:
        """The changed text, compiled; never what was compiled before."""
        return compile(self.text, self.path, "exec", dont_inherit=True)


class Finder(MetaPathFinder):
    """Finds the one changed module."""

    def __init__(self, name: str, path: str, text: str) -> None:
        self.loader = Changed(name, path, text)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The changed module under its own name, nothing under any other."""
        if fullname != self.loader.name:
            return None
        return spec_from_file_location(fullname, self.loader.path, loader=self.loader)


if ASKED in os.environ:
    asked, where, other = json.loads(os.environ[ASKED])
    sys.meta_path.insert(0, Finder(asked, where, Path(other).read_text("utf-8")))
