"""Packages fetched with pip for what is inside them, and files held against their SHA-256 before anything reads them.

Whoever asks names the error that is raised: each of them has words of its own for what to do without.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

FETCH_S = 120.0


def sha256_of(path: Path) -> str:
    """The sum of a file, in hexadecimal digits."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def is_whole(path: Path, sha256: str) -> bool:
    """Whether it is there and what it should be."""
    return path.is_file() and sha256_of(path) == sha256


def demand(path: Path, sha256: str, wrong: type[Exception], hint: str = "") -> None:
    """Raises `wrong` where it is not; `hint` ends the sentence."""
    if not path.is_file():
        raise wrong(f"expected {path.name} in {path.parent}, got no such file{hint}")
    got = sha256_of(path)
    if got != sha256:
        raise wrong(f"expected {path.name} with SHA-256 {sha256}, got {got}{hint}")


def downloaded(package: str, sha256: str, into: Path, options: tuple[str, ...], wrong: type[Exception]) -> Path:
    """The one file of `package` ("name==version"), through pip, which knows where this machine gets its packages from."""
    wanted = into / "requirements.txt"
    wanted.write_text(f"{package} --hash=sha256:{sha256}\n")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps", *options]
    command += ["--require-hashes", "--dest", str(into), "--requirement", str(wanted)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise wrong(f"pip did not download {package} within {FETCH_S:.0f} s; try again") from None
    # For the metadata of a source distribution pip may fetch setuptools too.
    found = [path for path in into.glob("*") if path != wanted and is_whole(path, sha256)]
    if not found:
        said = [line.strip() for line in done.stderr.splitlines() if "error" in line.lower()]
        raise wrong(f"pip could not download {package}: {said[-1] if said else f'exit {done.returncode}'}")
    return found[0]
