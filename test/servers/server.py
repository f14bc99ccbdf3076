"""The test server: every method that the contract needs, on wslink 1.x and 2.x alike.

Its secret comes in WSLINK_TEST_SECRET. When it listens it prints one line, `READY {"port": …, "wslink": …}`; it ends with its stdin.
"""

import json
import os
from importlib.metadata import version

from calls import Calls
from ending import end_with_stdin
from publications import Publications
from wslink import server
from wslink.websocket import ServerProtocol


class TestServer(ServerProtocol):
    def initialize(self):
        self.registerLinkProtocol(Calls())
        self.registerLinkProtocol(Publications())
        self.updateSecret(os.environ.get("WSLINK_TEST_SECRET", "wslink-secret"))

    def port_callback(self, port):
        print("READY " + json.dumps({"port": port, "wslink": version("wslink")}), flush=True)


if __name__ == "__main__":
    end_with_stdin()
    os.environ["WSLINK_READY_MSG"] = ""  # it has no end of line on 2.x; ours comes from port_callback
    server.start(["--host", "127.0.0.1", "--port", "0", "--timeout", "0"], protocol=TestServer)
