"""Encodes and decodes with the very functions that this generation's server uses. A JSON list of jobs on stdin, a JSON list of answers on stdout.

`{"frames": [...]}` is what a client sent: the answer is what the server reads, as `values.py` writes it.
`{"value": ..., "maxSize": ...}` is a value to send: the answer is its frames and the value as it was sent.
Frames are text, or `{"base64": ...}`.
"""

import base64
import json
import re
import sys

from values import GENERATION, attach
from values_tagged import key_text, tagged, untagged

if GENERATION > 1:
    import msgpack
    from wslink.chunking import UnChunker, generate_chunks


def binary(content):
    return {"base64": base64.b64encode(content).decode()}


def received(frames):
    if GENERATION > 1:
        unchunker = UnChunker()
        unchunker.set_max_message_size(4 * 1024 * 1024 * 1024)
        messages = [unchunker.process_chunk(base64.b64decode(frame["base64"])) for frame in frames]
        assert all(message is None for message in messages[:-1])
        return messages[-1]
    queue, attachments = [], {}
    for frame in frames:
        if isinstance(frame, dict):
            attachments[queue.pop(0)] = base64.b64decode(frame["base64"])
            continue
        rpc = json.loads(frame)
        if "id" not in rpc:
            queue.extend(rpc["args"])
    assert not queue
    return referred(rpc, attachments)


def referred(value, attachments):
    """The server's `findAttachments`, which is a local function there."""
    if isinstance(value, str) and re.match(r"^wslink_bin\d+$", value) and value in attachments:
        return attachments.pop(value)
    if isinstance(value, list):
        return [referred(item, attachments) for item in value]
    if isinstance(value, dict):
        return {key: referred(item, attachments) for key, item in value.items()}
    return value


def sent(value, max_size):
    envelope = {"wslink": "1.0", "id": "rpc:c1:1", "result": value}
    if GENERATION > 1:
        return [binary(chunk) for chunk in generate_chunks(msgpack.packb(envelope), max_size)]
    pairs = {}

    def add(content):
        pairs[f"wslink_bin{len(pairs)}"] = content
        return f"wslink_bin{len(pairs) - 1}"

    envelope["result"] = attach(value, add)
    header = {"wslink": "1.0", "method": "wslink.binary.attachment"}
    frames = [part for key, content in pairs.items() for part in (json.dumps({**header, "args": [key]}), binary(content))]
    return [*frames, json.dumps(envelope, ensure_ascii=False)]


def answer(job):
    if "frames" in job:
        return tagged(received(job["frames"]))
    value = untagged(job["value"])
    return {"frames": sent(value, job["maxSize"]), "value": tagged(value)}


if __name__ == "__main__":
    assert key_text(None) == "null"
    json.dump([answer(job) for job in json.load(sys.stdin)], sys.stdout)
