"""`python -m benchmarks [NAME ...]`: run the named benchmarks, or all."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    """Run them in order of name; 2 for a name that is none."""
    known = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    known.remove("__main__")
    strangers = sorted(set(names) - set(known))
    if strangers:
        print(f"no such benchmark: {', '.join(strangers)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    for name in names or known:
        print(f"== {name}")
        importlib.import_module(f"benchmarks.{name}").run()
    return 0


sys.exit(main(sys.argv[1:]))
