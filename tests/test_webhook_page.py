"""`docs/webhook.md`: what a receiver is told there is what it gets."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from alerts.hook_gateway import KEY, SIGNATURE, signature
from service import hooks
from tests.service.test_hooks import fired

PAGE = (Path(__file__).parent.parent / "docs" / "webhook.md").read_text(encoding="utf-8")
BODY, OLD, NEW, NOW = (
    b'{"event": "incident.open"}',
    "a secret of theirs and ours",
    "the one that follows it",
    1_795_000_000,
)


def block(language: str) -> str:
    """The one example in that language."""
    [code] = re.findall(rf"```{language}\n(.+?)```", PAGE, flags=re.DOTALL)
    return str(code)


@pytest.fixture
def is_ours() -> Any:
    """What the page tells a receiver to run."""
    names: dict[str, Any] = {}
    exec(compile(block("python"), "docs/webhook.md", "exec"), names)
    return names["is_ours"]


def test_the_receiver_of_the_page_knows_what_is_ours(is_ours: Any) -> None:
    """Signed by either secret, it is; changed, signed by somebody else, or without a time, it is not."""
    header = signature([OLD, NEW], BODY, NOW)

    assert is_ours(OLD, BODY, header, NOW)
    assert is_ours(NEW, BODY, header, NOW + 299)
    assert not is_ours(OLD, BODY + b" ", header, NOW)
    assert not is_ours("a secret of somebody else", BODY, header, NOW)
    for nonsense in ("", "t=,v1=", header.partition(",")[2], "v1", f"t={NOW}", header.replace("v1", "v0")):
        assert not is_ours(OLD, BODY, nonsense, NOW)


def test_the_receiver_of_the_page_refuses_a_replay(is_ours: Any) -> None:
    """What was heard on the line an hour ago, and what comes with a newer time that was not signed."""
    header = signature([OLD], BODY, NOW)

    assert not is_ours(OLD, BODY, header, NOW + 301)
    assert not is_ours(OLD, BODY, header.replace(str(NOW), str(NOW + 3600)), NOW + 3600)


def test_it_is_ten_lines() -> None:
    """Whoever has to build it at once can."""
    assert len(block("python").strip().splitlines()) <= 10


def test_the_example_is_what_is_posted() -> None:
    """Field by field, and every field is named on the page."""
    _, [notice] = fired()
    example, posted = (json.loads(text) for text in (block("json"), hooks.body(notice, "k", "https://lamplit.example")))

    assert (example.keys(), example["incident"].keys()) == (posted.keys(), posted["incident"].keys())
    assert {name: example[name] for name in ("version", "event", "link")} == {
        name: posted[name] for name in ("version", "event", "link")
    }
    assert example["incident"]["reason"] == posted["incident"]["reason"]


@pytest.mark.parametrize(
    "word",
    [KEY, SIGNATURE, hooks.OPEN, hooks.CLOSED, "closed_by", "overdue", "sos", "duress", "LAMPLIT_WEBHOOK_SECRET_2"],
)
def test_every_name_is_on_the_page(word: str) -> None:
    """Headers, events, settings."""
    assert f"`{word}`" in PAGE
