"""Short words of a story, by what the events bear."""

from collections.abc import Mapping

from alerts.contact import Channel
from geofence.lighting import IN_WORDS

WAYS = {
    Channel.SMS.value: "text",
    Channel.CALL.value: "call",
    Channel.PUSH.value: "push",
    Channel.EMAIL.value: "e-mail",
}
BEGAN = {
    "tap": "she says so",
    "boarded": "she has boarded",
    "left": "she has got off",
    "reached": "she has come to the end of the part before",
    "answered": "all is well in a vehicle, she says, and a ride was next",
    "home": "she is where she is going already",
}
AHEAD: Mapping[str, str] = {
    "unknown": "A stretch that nobody has said is lit",
    "unlit": "An unlit stretch",
}


def of_light(rule: str) -> str:
    """Why a street is taken to be lit so; a rule of a newer process by its name."""
    return IN_WORDS.get(rule, rule.replace("_", " "))
