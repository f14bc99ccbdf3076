"""Methods that answer: values, binaries, errors, and time."""

import asyncio
import hashlib
import os
import time
from collections import defaultdict

from client import ClientAware
from values import BINARIES, VALUES, digests, pattern, report, unserialisable
from wslink import register


class Calls(ClientAware):
    def __init__(self):
        super().__init__()
        self.gates = defaultdict(asyncio.Event)
        self.waiting = defaultdict(asyncio.Event)
        self.changed = asyncio.Event()
        self.sockets = {}
        self.held = {}
        self.seen = []

    def onConnect(self, request, client_id):
        self.sockets[client_id] = request.transport
        self.changed.set()

    def onClose(self, client_id):
        self.sockets.pop(client_id, None)
        self.changed.set()

    # -- values ---------------------------------------------------------------------------------------------------

    @register("test.add")
    def add(self, a, b):
        return a + b

    @register("test.echo")
    def echo(self, *args, **kwargs):
        return self.attached({"args": list(args), "kwargs": kwargs})

    @register("test.same")
    def same(self, value):
        return self.attached(value)

    @register("test.report")
    def report(self, *args, **kwargs):
        return {"args": report(list(args)), "kwargs": report(kwargs)}

    @register("test.value")
    def value(self, name):
        return self.attached(VALUES[name])

    @register("test.names")
    def names(self):
        """What there is to ask for, so that a test cannot forget one."""
        return {"values": list(VALUES), "binaries": list(BINARIES)}

    @register("test.note")
    def note(self, text):
        """Remembers that it ran, for calls whose reply nobody sees."""
        self.seen.append(text)

    @register("test.notes")
    def notes(self):
        return self.seen

    # -- binaries -------------------------------------------------------------------------------------------------

    @register("test.digests")
    def digests(self, *args, **kwargs):
        return digests(list(args)) + digests(kwargs)

    @register("test.binary")
    def binary(self, name):
        return self.attached(BINARIES[name])

    @register("test.pattern")
    def pattern(self, length, seed=0):
        return self.attached(pattern(length, seed))

    @register("test.pattern.sha256")
    def pattern_sha256(self, length, seed=0):
        return hashlib.sha256(pattern(length, seed)).hexdigest()

    @register("test.prose")
    def prose(self):
        """Text that holds keys of binaries, known and unknown ones, is still text."""
        key = self.addAttachment(b"known")
        name = key if isinstance(key, str) else "wslink_bin0"
        return {
            "blob": key,
            "known": f"see {name} for more",
            "longer": f"{name}0000",
            "unknown": "wslink_bin87654321 is no key",
            f"{name} as a key": 1,
        }

    @register("test.hold")
    def hold(self, name):
        """Mentions a binary that only a later call returns. On 1.x its bytes come with this reply, which has no use for them."""
        self.held[name] = self.addAttachment(b"held " + name.encode())
        return f"later: {self.held[name] if isinstance(self.held[name], str) else 'wslink_bin0'}"

    @register("test.release")
    def release(self, name):
        return {"blob": self.held.pop(name)}

    # -- errors ---------------------------------------------------------------------------------------------------

    @register("test.mistake")
    def mistake(self, text="a mistake"):
        raise ValueError(text)

    @register("test.async.mistake")
    async def async_mistake(self):
        await asyncio.sleep(0)
        raise KeyError("later")

    @register("test.unserialisable")
    def unserialisable(self, kind="object"):
        return unserialisable(kind)

    # -- time and connections -------------------------------------------------------------------------------------

    @register("test.block")
    def block(self, seconds):
        time.sleep(seconds)
        return seconds

    @register("test.gate.wait")
    async def gate_wait(self, name):
        """Answers when somebody opens the gate."""
        self.waiting[name].set()
        await self.gates[name].wait()
        return name

    @register("test.gate.open")
    def gate_open(self, name):
        self.gates[name].set()

    @register("test.gate.reached")
    async def gate_reached(self, name):
        """Answers when somebody waits at the gate."""
        await self.waiting[name].wait()

    @register("test.clients")
    async def clients(self, count):
        """Answers when the server has exactly `count` authenticated clients."""
        while len(self.handler.authentified_client_ids) != count:
            self.changed.clear()
            await self.changed.wait()
        return count

    @register("test.close")
    async def close(self, code, reason):
        """Closes the caller's socket with a closing handshake."""
        await self.handler.connections[self.caller].close(code=code, message=reason.encode())

    @register("test.drop")
    def drop(self):
        """Cuts the caller's connection without one."""
        self.sockets[self.caller].abort()

    @register("test.die")
    def die(self):
        os._exit(1)
