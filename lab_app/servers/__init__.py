"""Where a server comes from: a URL, compose, programs on this machine, a wheel, or a container."""

from lab_app.servers.asked import asked
from lab_app.servers.find import SOURCES
from lab_app.servers.running import Servers
from lab_app.servers.search import NoServer
from lab_app.servers.server import Server, Unavailable
from lab_app.servers.wanted import Wanted

__all__ = ["SOURCES", "NoServer", "Server", "Servers", "Unavailable", "Wanted", "asked"]
