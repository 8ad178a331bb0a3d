"""What is searched for: an engine, in any version or in one that somebody asked for."""

from dataclasses import dataclass

from lab_app.engines import Engine


@dataclass(frozen=True)
class Wanted:
    """A server to search for, and the name of its search.

    ``version`` is a prefix by components: 15 takes 15.18, and 1 does not. ``place`` counts from 1, and takes one
    address of those that the engine's variable holds, and no other server.
    """

    engine: Engine
    version: str = ""
    place: int = 0

    @property
    def name(self) -> str:
        """The search's name in one command: postgresql, postgresql 15, postgresql (2)."""
        return self._named(self.engine.name)

    @property
    def title(self) -> str:
        """The same for a screen: PostgreSQL, PostgreSQL 15, PostgreSQL (2)."""
        return self._named(self.engine.title)

    @property
    def image(self) -> str:
        """The image of that version; the engine's own, where that is one."""
        repository, _, tag = self.engine.image.rpartition(":")
        return self.engine.image if self.accepts(tag) else f"{repository}:{self.version}"

    @property
    def usual(self) -> bool:
        """Whether the version that the lab has at hand, in compose.yaml and in the wheel, is one of those wanted."""
        return self.image == self.engine.image

    def accepts(self, version: str) -> bool:
        """Tell whether a server of this version is one of those wanted."""
        asked = self.version.split(".") if self.version else []
        return version.split(".")[: len(asked)] == asked

    def _named(self, word: str) -> str:
        if self.version:
            return f"{word} {self.version}"
        return f"{word} ({self.place})" if self.place else word
