"""The demo's server: the methods of wslink's classic "simple" example, on wslink 1.x and 2.x alike.

Run it by `npm start`, or by hand with any Python that has wslink:

    python demo/server.py --port 8080 --content .cache/demo

All options of a wslink server work (--help lists them); port 0 takes a free one.
"""

import argparse
import asyncio
import hashlib
import os
import sys
import threading

from picture import picture
from wslink import register, schedule_callback, server
from wslink.websocket import LinkProtocol, ServerProtocol

FRAME_SECONDS = 0.1


class Simple(LinkProtocol):
    """One method per button of the page. What a method returns is the result of the browser's call."""

    def __init__(self):
        super().__init__()
        self.clients = set()
        self.streams = {}  # topic -> [number of subscribers, timer of the next frame, number of that frame]

    # -- numbers ------------------------------------------------------------------------------------------------------

    @register("myprotocol.add")
    def add(self, numbers):
        return sum(numbers)

    @register("myprotocol.mult")
    def mult(self, numbers):
        product = 1
        for number in numbers:
            product *= number
        return product

    @register("myprotocol.special")
    def special(self, numbers=None):
        # JSON has no such numbers. Python writes them all the same, and msgpack knows them.
        return [float("inf"), float("nan"), float("-inf")]

    # -- binaries: wherever addAttachment's result stands in a message, the browser finds an ArrayBuffer ----------------

    @register("myprotocol.image")
    def image(self, alt=False):
        return {"blob": self.addAttachment(picture(0, alt))}

    @register("myprotocol.unwrapped.image")
    def bare_image(self, alt=False):
        return self.addAttachment(picture(85, alt))

    @register("myprotocol.nested.image")
    def nested_image(self):
        return {
            "image": {"blob": self.addAttachment(picture(170))},
            "bytesList": [
                self.addAttachment(bytes([1, 2, 3, 4])),
                self.addAttachment(bytes([5, 6, 7, 8, 9, 10])),
            ],
        }

    @register("myprotocol.postbinary")
    def post_binary(self, data):
        return "received binary data of length %d" % len(data)

    @register("myprotocol.upload")
    def upload(self, name, data):
        # The digest lets the page prove that every byte arrived.
        return {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    # -- a topic: a publication goes to every client, whether it listens or not, so count those who do -------------------

    @register("myprotocol.stream")
    def start_stream(self, topic):
        stream = self.streams.setdefault(topic, [0, None, 0])
        stream[0] += 1
        if stream[1] is None:
            stream[1] = schedule_callback(0, self.push_image, topic)
        return {"subscribed": topic}

    @register("myprotocol.stop")
    def stop_stream(self, topic):
        stream = self.streams.get(topic)
        if stream is None:
            return 0
        stream[0] -= 1
        if stream[0] == 0:
            self.streams.pop(topic)[1].cancel()
        return {"unsubscribed": topic}

    def push_image(self, topic):
        stream = self.streams[topic]
        stream[1] = schedule_callback(FRAME_SECONDS, self.push_image, topic)
        stream[2] += 1
        self.publish(topic, {"blob": self.addAttachment(picture(stream[2] * 4)), "frame": stream[2]})

    def onConnect(self, request, client_id):
        self.clients.add(client_id)

    def onClose(self, client_id):
        # A page that was simply closed has not said `stop`. Whose it was cannot be told, so all end with the last page.
        self.clients.discard(client_id)
        if not self.clients:
            for stream in self.streams.values():
                stream[1].cancel()
            self.streams.clear()

    # -- time and trouble ---------------------------------------------------------------------------------------------

    @register("myprotocol.sleep")
    async def sleep(self, seconds):
        await asyncio.sleep(min(seconds, 10))
        return seconds

    @register("myprotocol.unexpected")
    def unexpected(self):
        raise ValueError("this method always fails")

    # application.exit, and application.exit.later, come with every wslink server.


class DemoServer(ServerProtocol):
    secret_of_clients = "wslink-secret"

    @staticmethod
    def configure(options):
        DemoServer.secret_of_clients = options.authKey

    def initialize(self):
        self.registerLinkProtocol(Simple())
        self.updateSecret(self.secret_of_clients)

    def port_callback(self, port):
        # start.mjs waits for this line.
        print("port %d" % port, flush=True)


def end_with_stdin():
    """Ends the server when whoever started it is gone, however it went: the pipe to us closes then."""

    def wait():
        while os.read(sys.stdin.fileno(), 1024):  # sys.stdin itself would hold a lock that a server which ends by itself trips over
            pass
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    server.add_arguments(parser)
    parser.add_argument("--end-with-stdin", action="store_true", help="end when stdin does")
    parser.set_defaults(timeout=0)  # wslink's own default ends a server nobody visits for five minutes
    options = parser.parse_args()
    if options.end_with_stdin:
        end_with_stdin()
    DemoServer.configure(options)
    server.start_webserver(options=options, protocol=DemoServer)


if __name__ == "__main__":
    main()
