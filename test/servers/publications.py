"""Methods that publish."""

import asyncio

from client import ClientAware
from values import BINARIES, VALUES, pattern, unserialisable
from wslink import register


class Publications(ClientAware):
    def __init__(self):
        super().__init__()
        self.interest = {}  # client -> {(topic, part): how many subscriptions want it}
        self.ticks = 0

    def onClose(self, client_id):
        self.interest.pop(client_id, None)

    @register("test.publish")
    def publish_times(self, topic, payload=None, times=1):
        for _ in range(times):
            self.publish(topic, self.attached(payload))

    @register("test.publish.value")
    def publish_value(self, topic, name):
        self.publish(topic, self.attached(VALUES[name]))

    @register("test.publish.binary")
    def publish_binary(self, topic, name):
        self.publish(topic, self.attached(BINARIES[name]))

    @register("test.publish.others")
    def publish_others(self, topic, payload):
        self.publish(topic, self.attached(payload), skip_last_active_client=True)

    @register("test.publish.unserialisable")
    def publish_unserialisable(self, topic, kind="object"):
        self.publish(topic, unserialisable(kind))

    @register("test.publish.first")
    async def publish_first(self, topic, payload):
        """The publication leaves before the reply, as in any async method that awaits."""
        self.publish(topic, self.attached(payload))
        await asyncio.sleep(0.01)
        return "replied"

    @register("test.sequence")
    async def sequence(self, topics, sizes, count):
        """Publishes `count` messages to the caller, one after the other, each with its number and a binary of one of the sizes (null: none).

        Sent by hand: on 1.x the server itself lets a small publication overtake one with binaries.
        """
        client_id = self.caller
        for number in range(count):
            size = sizes[number % len(sizes)]
            payload = {"number": number, "blob": None if size is None else pattern(size, number)}
            topic = topics[number % len(topics)]
            await self.handler.sendWrappedMessage(f"publish:{topic}:0", self.attached(payload), client_id=client_id)
        return count

    # -- a topic that sends only what somebody wants ---------------------------------------------------------------

    @register("test.parts.start")
    def parts_start(self, topic, parts):
        wanted = self.interest.setdefault(self.caller, {})
        for part in parts:
            wanted[(topic, part)] = wanted.get((topic, part), 0) + 1
        return parts

    @register("test.parts.stop")
    def parts_stop(self, topic, parts):
        wanted = self.interest[self.caller]
        for part in parts:
            wanted[(topic, part)] -= 1
            if wanted[(topic, part)] == 0:
                del wanted[(topic, part)]
        return parts

    @register("test.parts.wanted")
    def parts_wanted(self, topic):
        return sorted(part for name, part in self.interest.get(self.caller, {}) if name == topic)

    @register("test.parts.tick")
    def parts_tick(self, topic):
        """Publishes each part that a client wants, to that client only."""
        self.ticks += 1
        for client_id, wanted in self.interest.items():
            for name, part in sorted(wanted):
                if name == topic:
                    self.publish(topic, {"part": part, "tick": self.ticks}, client_id=client_id)
        return self.ticks

    @register("test.parts.refuse")
    def parts_refuse(self):
        raise PermissionError("no such part")
