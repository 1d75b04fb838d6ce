"""Colours that can be told apart from the paper, and a word for every standing."""

import pytest

from geofence.sighting import Standing
from service.replay.palette import LIGHT, NIGHT, STYLE, TERMINAL, WORDS


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    r, g, b = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_has_a_word_and_colours(standing: Standing) -> None:
    """Also those that the judge learns later."""
    assert all(standing.value in one for one in (WORDS, LIGHT, NIGHT, TERMINAL))
    assert f".fix.{standing.value}" in STYLE


@pytest.mark.parametrize("name", LIGHT)
def test_a_dot_is_seen_on_its_paper(name: str) -> None:
    """By day on white and on the corridor, by night on ink: three to one, as WCAG wants of what is drawn."""
    assert min(contrast(LIGHT[name], ground) for ground in ("#ffffff", "#dfe6f2")) >= 3.0
    assert min(contrast(NIGHT[name], ground) for ground in ("#17202f", "#263349")) >= 3.0
