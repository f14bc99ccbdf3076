"""What the test server sends and how it tells what it got: values, binaries and reports, the same on both generations."""

import hashlib
from array import array
from importlib.metadata import version

GENERATION = int(version("wslink").split(".")[0])


def pattern(length, seed=0):
    """`length` bytes which differ at every position: little-endian words that count up from `seed`."""
    words = array("I", range(seed, seed + (length + 3) // 4))
    return words.tobytes()[:length]


def attach(tree, add_attachment, seen=None):
    """`tree` with its binaries as this generation wants them: 1.x takes references (and text keys only), 2.x the bytes themselves.

    The same object found twice is attached once.
    """
    if GENERATION > 1:
        return tree
    seen = {} if seen is None else seen
    if isinstance(tree, (bytes, bytearray, memoryview)):
        if id(tree) not in seen:
            seen[id(tree)] = add_attachment(tree)
        return seen[id(tree)]
    if isinstance(tree, dict):
        return {
            key.decode() if isinstance(key, bytes) else key: attach(value, add_attachment, seen)
            for key, value in tree.items()
        }
    if isinstance(tree, (list, tuple)):
        return [attach(value, add_attachment, seen) for value in tree]
    return tree


def report(value):
    """What arrived, as text: `int 3`, `str a`, `NoneType None`, `bytes <length> <sha256>`; lists and dicts keep their shape."""
    if isinstance(value, list):
        return [report(item) for item in value]
    if isinstance(value, dict):
        return {f"{type(key).__name__} {key}": report(item) for key, item in value.items()}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"bytes {len(value)} {hashlib.sha256(value).hexdigest()}"
    return f"{type(value).__name__} {value}"


def digests(value, path=""):
    """Every binary in `value`: where it stands, its length and its sha256."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return [{"path": path, "length": len(value), "sha256": hashlib.sha256(value).hexdigest()}]
    entries = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    return [found for key, item in entries for found in digests(item, f"{path}.{key}" if path else str(key))]


def nest(depth):
    value = "bottom"
    for _ in range(depth):
        value = [value]
    return value


def unserialisable(kind):
    """What no server can send: its writer does not know it, or fails in the middle of it."""
    circle = []
    circle.append(circle)
    return {
        "object": {"object": object()},
        "circle": circle,
        "half a pair": ["\ud800"],
        "half a pair as a key": {"\udc00": 1},
        "too deep": nest(2000),
    }[kind]


VALUES = {
    "nothing": None,
    "scalars": [None, True, False, 0, -1, 1.5, -0.0, "", "text", "ü€𝄞", "\x00"],
    "floats": [float("nan"), float("inf"), float("-inf"), 1e308, 5e-324],
    "nan": float("nan"),
    "nan in text": ["NaN", "a NaN, b", float("nan"), 'Infinity"', float("-inf"), "\\"],
    "safe integers": [2**53 - 1, -(2**53 - 1), 2**32, -(2**31), 65536, -129],
    "big integers": [2**53, -(2**53), 2**63 - 1, -(2**63), 2**64 - 1],
    "odd keys": {None: 1, True: 2, False: 3, 7: 4, -7: 5, 2**64 - 1: 6, b"bytes \xc3\xbc": 7, "": 8, "text": 9},
    "float keys": {1.5: 1, 1.0: 2, 1e16: 3, 1e22: 4, 1e-7: 5, 0.0001: 6, 123456789.125: 7, -2.5e-10: 8, 1e15: 9},
    "not a number keys": {float("nan"): 1, float("inf"): 2, float("-inf"): 3},
    "proto": {"__proto__": {"polluted": True}, "constructor": 1, "plain": {"__proto__": None}},
    "tuple": (1, (2, 3), ()),
    "empties": [[], {}, "", [[]], {"a": {}}],
    "deep": nest(300),
    "error as a result": {"error": {"code": -1, "message": "an application's own"}},
    "long text": "0123456789abcdef" * 65536,
    "wide": list(range(70000)),
    "many keys": {f"key{i}": i for i in range(70000)},
}

_SAME = b"the same"

BINARIES = {
    "whole": b"\x00\x01\xfe\xff",
    "nested": {"image": {"blob": b"abc", "size": [1, 2]}, "list": [b"d", {"e": b"ef"}]},
    "list": [b"1", b"22", b"", b"333"],
    "twice": {"first": _SAME, "second": [_SAME]},
    "empty": b"",
    "bytearray": bytearray(b"array"),
    "memoryview": memoryview(b"xviewx")[1:5],
    "floats": array("f", [0.5, -1.25, 3.0]).tobytes(),
    "odd sizes": [pattern(size) for size in (1, 255, 256, 257, 65535, 65536, 65537)],
    "many": [bytes([i]) for i in range(40)],
}
