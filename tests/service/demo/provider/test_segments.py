"""Parts of a text, counted a second time."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alerts import septets
from service.demo.provider.segments import count

GSM = "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}\\[~]|€"
ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\x0c")


@given(st.one_of(st.text(st.sampled_from(GSM), max_size=700), st.text(ANY, max_size=300)))
@example("€" * 80)
@example("€" * 81)
@example("a" * 152 + "€" + "a" * 150)
@example("👍" * 36)
@example("я" * 66 + "👍" + "я" * 60)
def test_two_independent_counts_agree(body: str) -> None:
    """What the product thinks that a text costs is what the provider charges. (A form feed is left out: it is in
    nobody's text.)"""
    assert count(body) == septets.segments(body)


@pytest.mark.parametrize(
    ("body", "parts"),
    [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("я" * 70, 1), ("я" * 71, 2), ("’", 1)],
)
def test_the_limits_are_the_published_ones(body: str, parts: int) -> None:
    """160 and 153 in GSM-7, 70 and 67 in UCS-2."""
    assert count(body) == parts
