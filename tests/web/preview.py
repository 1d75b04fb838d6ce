"""Writes every page in every state as files to look at: `python -m tests.web.preview DIRECTORY`."""

import re
import shutil
import sys
from pathlib import Path

from service.web.pages import STATIC_DIR

from .states import everything


def write(target: Path) -> list[Path]:
    """One HTML file a state, with the stylesheet beside it so that it opens without a server."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copytree(STATIC_DIR, target / "static", dirs_exist_ok=True)
    files = []
    for name, html in everything():
        file = target / f"{name}.html"
        file.write_text(re.sub(r'"/static/([^"?]+)\?[^"]*"', r'"static/\1"', html))
        files.append(file)
    return files


if __name__ == "__main__":
    for file in write(Path(sys.argv[1])):
        print(file)
