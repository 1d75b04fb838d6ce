"""One gateway port over several providers: texts, calls, mail and webhooks each have their own."""

from .contact import Channel
from .gateway import Gateway, GatewayError, Handed, Message


class Gateways:
    """Hands every message to the provider of its channel. What no provider is set up for is refused for good: the ladder
    takes the next way at once."""

    def __init__(
        self, texts: Gateway, *, calls: Gateway | None = None, mail: Gateway | None = None, hooks: Gateway | None = None
    ) -> None:
        """`calls`: where they go elsewhere than texts."""
        self.name, self.rings = texts.name, (calls or texts).rings
        providers = {
            Channel.SMS: texts,
            Channel.CALL: calls or texts,
            Channel.EMAIL: mail,
            Channel.WEBHOOK: hooks,
        }
        self._providers = {channel: one for channel, one in providers.items() if one is not None}

    async def send(self, message: Message) -> Handed:
        return await self._for(message).send(message)

    async def find(self, message: Message, since_at: float) -> Handed | None:
        return await self._for(message).find(message, since_at)

    async def close(self) -> None:
        for provider in {id(one): one for one in self._providers.values()}.values():
            await provider.close()

    def _for(self, message: Message) -> Gateway:
        provider = self._providers.get(message.channel)
        if provider is None:
            raise GatewayError(f"no provider is set up for {message.channel.value}", permanent=True)
        return provider
