"""What the launcher starts: a wslink server that lets everybody add, and end it."""

import os
import sys

from ending import end_with_stdin
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


if __name__ == "__main__":
    end_with_stdin()  # the launcher hands its own on: when the test is gone, so are all servers
    port, *secret = sys.argv[1:]
    if secret:
        LaunchedServer.secret = secret[0]
    server.start(["--host", "127.0.0.1", "--port", port, "--timeout", "0"], protocol=LaunchedServer)
