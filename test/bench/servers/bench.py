"""The benchmark's methods on a real wslink server, 1.x or 2.x. It prints one line, `READY {"port": …, "wslink": …}`, and ends with its stdin."""

import json
import math
import os
from importlib.metadata import version

from ending import end_with_stdin
from wslink import register, server
from wslink.websocket import LinkProtocol, ServerProtocol

GENERATION = int(version("wslink").split(".")[0])
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
FILLING = os.urandom(64 * 1024 * 1024)


class Bench(LinkProtocol):
    @register("bench.echo")
    def echo(self, value):
        return value

    @register("bench.prepare")
    def prepare(self, *_):
        return None

    @register("bench.burst")
    async def burst(self, topic, count, size, kind, topics):
        """Sends one after the other: the server's own publish() makes a task of each."""
        send = self.publish.__self__.sendWrappedMessage
        for n in range(count):
            name = f"{topic}.{n % topics}" if topics else topic
            await send(f"publish:{name}:0", self.payload(n, size, kind))
        return count

    def payload(self, n, size, kind):
        if kind == "text":
            return {"n": n, "text": (LETTERS * (size // len(LETTERS) + 1))[:size]}
        number = n.to_bytes(4, "little")
        data = b"".join((number, memoryview(FILLING)[: size - 8], number))
        return {"n": n, "data": self.addAttachment(data) if GENERATION == 1 else data}

    @register("bench.items")
    def items(self, count, not_a_number):
        odd = count // 2 if not_a_number else -1
        return [
            {"id": i, "name": f"item {i}", "value": math.nan if i == odd else i + 0.5, "visible": i % 2 == 0}
            for i in range(count)
        ]

    @register("bench.upload")
    def upload(self, data):
        return [len(data), int.from_bytes(data[:4], "little"), int.from_bytes(data[-4:], "little")]


class BenchServer(ServerProtocol):
    def initialize(self):
        self.registerLinkProtocol(Bench())
        self.updateSecret("wslink-secret")

    def port_callback(self, port):
        print("READY " + json.dumps({"port": port, "wslink": version("wslink")}), flush=True)


if __name__ == "__main__":
    end_with_stdin()
    os.environ["WSLINK_READY_MSG"] = ""  # it has no end of line on 2.x; ours comes from port_callback
    server.start(["--host", "127.0.0.1", "--port", "0", "--timeout", "0"], protocol=BenchServer)
