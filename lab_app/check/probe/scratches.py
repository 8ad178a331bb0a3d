"""The scratch databases that stand for the project's own, and what was noted about it."""

import os

from . import addresses
from .channel import hidden

MAIN = ""


class Scratches:
    """Which scratch database stands for which address of the project's.

    A slot is a bind key, or ``otherN`` for an engine that the project makes by itself; the main one is "".
    """

    def __init__(self, channel, main):
        self._channel = channel
        self._slots = {}
        self._claimed = {}
        self._keys = set()
        self.set(MAIN, main)

    def set(self, slot, url):
        """Put a scratch database into a slot."""
        self._slots[slot] = url
        self._keys.add(addresses.of_url(url))

    def url(self, slot):
        """Return the address of the scratch database in a slot."""
        return self._slots[slot]

    def knows(self, key):
        """Tell whether a key is that of a scratch database."""
        return key in self._keys

    @property
    def servers(self):
        """The hosts and ports that scratch databases are on."""
        return {(key[1] or "localhost", key[2]) for key in self._keys if len(key) > 2}

    def slot_for(self, original, name=None):
        """Return the slot for an address of the project's, the same for the same address; the walk makes a new one."""
        claimed = str(original)
        if claimed in self._claimed:
            return self._claimed[claimed]
        slot = name if name is not None else f"other{len(self._slots)}"
        self._claimed[claimed] = slot
        if slot not in self._slots:
            self.set(slot, self._channel.ask({"slot": slot, "original": hidden(claimed)})["url"])
        return slot

    def claim(self, original, slot):
        """Remember that an address of the project's stands for a slot."""
        self._claimed[str(original)] = slot

    @property
    def slots(self):
        """The slots that are in use."""
        return list(self._slots)


class Notes:
    """What was seen of the project beside its steps: ``{"kind", "what", "at", "loading"}``, once each."""

    def __init__(self, places):
        self._places = places
        self.loading = True
        self.noted = []

    def add(self, kind, what):
        """Note something, with the line of the project's that does it."""
        note = {"kind": kind, "what": hidden(what), "at": self._places.here(), "loading": self.loading}
        if note not in self.noted:
            self.noted.append(note)

    def take(self):
        """Return what was noted since the last time; of files, those that are still there."""
        taken, self.noted = self.noted, []
        return [note for note in taken if note["kind"] != "file" or os.path.exists(note["what"])]
