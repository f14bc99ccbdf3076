"""Python values as JSON that keeps their kinds, for `pythonValue.ts`."""

import base64
import json


def key_text(key):
    """A key as JSON has it: Python's own json says how None, True, 7 and 1.5 are written."""
    return key.decode() if isinstance(key, bytes) else next(iter(json.loads(json.dumps({key: 0}))))


def tagged(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"int": str(value)}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {"dict": [[key_text(key), tagged(item)] for key, item in value.items()]}
    return [tagged(item) for item in value]


def untagged(value):
    """The other way; keys are tagged too. Of keys that JSON cannot tell apart the first one stays."""
    if isinstance(value, list):
        return [untagged(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "int" in value:
        return int(value["int"])
    if "float" in value:
        return float(value["float"])
    if "bytes" in value:
        return base64.b64decode(value["bytes"])
    texts, result = set(), {}
    for key, item in value["dict"]:
        python_key = untagged(key)
        if key_text(python_key) not in texts:
            texts.add(key_text(python_key))
            result[python_key] = untagged(item)
    return result
