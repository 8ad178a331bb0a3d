"""A server found again by its source, to remove what a killed lab left on it: no password was kept meanwhile."""

from lab_app.engines import BY_NAME
from lab_app.servers import compose, given
from lab_app.servers.scratch import remove
from lab_app.servers.search import NoServer


def drop(engine: str, source: str, address: str, name: str) -> bool:
    """Drop a scratch database where it was made; False when it went with its server.

    Raises:
        NoServer: that server cannot be reached now.
    """
    try:
        server = given.at(BY_NAME[engine], address) if source == "given" else compose.address(BY_NAME[engine])
    except compose.NotUp:
        return False
    if server.address != address:
        raise NoServer(f"compose publishes {engine} at {server.address} now, and not at {address}")
    remove(server, name, limit=1.0)
    return True
