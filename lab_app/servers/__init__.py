"""Where a server comes from: a URL, compose, programs on this machine, a wheel, or a container."""

from lab_app.servers.find import SOURCES, asked_sources
from lab_app.servers.running import Servers
from lab_app.servers.search import NoServer
from lab_app.servers.server import Server, Unavailable

__all__ = ["SOURCES", "NoServer", "Server", "Servers", "Unavailable", "asked_sources"]
