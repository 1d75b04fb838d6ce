"""A process that is killed at its n-th touch of the world outside: before it has had an effect, or right after.

Between two such touches nothing that a process does can be seen by anybody; so a kill −9 at any moment of its life is one
of these.
"""

from dataclasses import dataclass, field
from typing import Any


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill −9."""


@dataclass
class Death:
    """When it comes: with touch number `at` (from 1), `after` it has had its effect or before. `touches` are those so
    far, by name."""

    at: int
    after: bool
    touches: list[str] = field(default_factory=list)
    came: bool = False

    async def touch(self, name: str, call: Any) -> Any:
        """Carries `call` out, unless the process dies here or is dead."""
        self.touches.append(name)
        here = len(self.touches) == self.at
        if self.came or (here and not self.after):
            self.came = True
            call.close()
            raise Killed
        try:
            return await call
        finally:
            if here or self.came:  # also if it died meanwhile in another of its tasks: the answer reaches nobody
                self.came = True
                raise Killed


class Mortal:
    """Everything that `near` can do, as long as the process lives. For stores and gateways; reading the feed is no touch,
    for it changes nothing and waits for ever."""

    def __init__(self, near: Any, death: Death) -> None:
        self._near, self._death = near, death

    def __getattr__(self, name: str) -> Any:
        there = getattr(self._near, name)
        if not callable(there) or name == "close" or name.startswith("feed"):
            return there

        async def call(*args: Any, **more: Any) -> Any:
            return await self._death.touch(name, there(*args, **more))

        return call
