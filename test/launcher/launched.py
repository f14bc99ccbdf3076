"""What the launcher starts: a wslink server that lets everybody add, and end it."""

import os
import sys
import threading

from wslink import register, server
from wslink.websocket import LinkProtocol, ServerProtocol


class Calls(LinkProtocol):
    @register("test.add")
    def add(self, a, b):
        return a + b

    @register("test.die")
    def die(self):
        os._exit(1)


class LaunchedServer(ServerProtocol):
    secret = "wslink-secret"

    def initialize(self):
        self.registerLinkProtocol(Calls())
        self.updateSecret(LaunchedServer.secret)


def end_with_stdin():
    """The launcher hands its own stdin on: when the test is gone, so are all servers."""

    def wait():
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    end_with_stdin()
    port, *secret = sys.argv[1:]
    if secret:
        LaunchedServer.secret = secret[0]
    server.start(["--host", "127.0.0.1", "--port", port, "--timeout", "0"], protocol=LaunchedServer)
