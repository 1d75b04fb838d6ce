"""Short words of a story."""

from alerts.contact import Channel
from geofence.lighting import RULES, Light
from service.remembered.why_sayings import AHEAD, BEGAN, WAYS, of_light


def test_every_channel_has_a_word() -> None:
    """A text, a call, a push or an e-mail: the ways to people."""
    assert set(WAYS) == {channel.value for channel in Channel} - {Channel.WEBHOOK.value}


def test_every_way_in_which_a_leg_begins_has_words() -> None:
    """Her tap, her fixes, her answer, or that she is there already."""
    assert all(BEGAN.values())


def test_unknown_is_never_called_unlit() -> None:
    """A stretch that nobody has tagged is told as that."""
    assert set(AHEAD) == {light.name.lower() for light in Light if light >= Light.UNKNOWN}
    assert "unlit" not in AHEAD["unknown"]


def test_every_rule_of_light_is_told_in_words() -> None:
    """A rule that a newer process wrote down is told by its name."""
    assert all(of_light(rule) for rule in RULES)
    assert of_light("moon_shine") == "moon shine"
