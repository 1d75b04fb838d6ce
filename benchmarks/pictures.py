"""The worst walks as pictures, drawn by what explains an alarm in service: `lamplit replay`."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.replay.drawing import walk
from service.replay.run import Setup, replayed
from service.replay.trace import made

from .field import Frame, Phone, Receiver, Truth
from .lived import ANSWERS_S, lived, route_of

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
EVERY_S = 5


@dataclass(frozen=True, slots=True)
class Worst:
    """A walk worth looking at, and everything that makes it again. `by` is how bad it is, of its own kind."""

    kind: str
    receiver: Receiver
    phone: Phone
    seed: int
    truth: Truth
    sent: list[Frame] = field(default_factory=list)
    words: str = ""
    by: float = 0.0

    def drawn(self, name: str) -> dict[str, Any]:
        """Writes its picture and says what is on it."""
        route = route_of(self.truth.way)
        came = lived(self.truth, self.sent, "standard", route)
        trace = made(name, [fix for fix, _ in came.fixes], [at for _, at in came.fixes])
        steps = replayed(trace, route, Setup(heard=False, answer_s=ANSWERS_S)).steps
        line = self.truth.way.degrees(self.truth.xy[::EVERY_S])
        path = PICTURES / f"worst-{name}.svg"
        path.write_text(walk(steps, line, title=f"{name}: {self.words}") + "\n", encoding="utf-8")
        return {"id": name, "words": self.words, "seed": self.seed, "kind": self.kind, "picture": path.name}


def draw(worst: dict[str, Worst]) -> list[dict[str, Any]]:
    """Draws them all, by name; pictures of an earlier run go."""
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("worst-*.svg"):
        old.unlink()
    return [worst[name].drawn(name) for name in sorted(worst)]
