"""This deployment's store for a command at the prompt: a running service's own embedded one too."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from errno import ENOENT
from urllib.parse import quote

from .clock import SystemClock
from .embedded import APPENDED, DataDirectoryInUse, EmbeddedStore
from .settings import Settings, StoreDurability
from .valkey_store import ValkeyStore


@asynccontextmanager
async def store_of(settings: Settings, *, new: bool = True, checked: bool = True) -> AsyncIterator[ValkeyStore]:
    """The store, checked unless `checked` is False. An embedded one that runs is used beside the service; one that does not is started for as
    long as this lasts, and is made where there is none, unless `new` is False. Raises WrongStore, StoreUnavailable,
    OSError."""
    if not new and not settings.store_url and not (settings.data_dir / APPENDED).is_dir():
        raise FileNotFoundError(ENOENT, "expected a data folder of Lamplit's, got none", str(settings.data_dir))
    async with AsyncExitStack() as stack:
        url = settings.store_url or await _embedded(settings, stack)
        store = ValkeyStore(url, durability_vouched=settings.store_durability is StoreDurability.OPERATOR_VOUCHES)
        stack.push_async_callback(store.close)
        if checked:
            await store.check()
        yield store


async def _embedded(settings: Settings, stack: AsyncExitStack) -> str:
    try:
        embedded = await stack.enter_async_context(EmbeddedStore(settings.data_dir, SystemClock()))
    except DataDirectoryInUse:
        record = settings.data_dir / "socket"  # where a store says it listens when its own directory's path is too long
        socket = record.read_text().strip() if record.exists() else str(settings.data_dir.resolve() / "valkey.sock")
        return f"unix://{quote(socket)}"
    return embedded.url
