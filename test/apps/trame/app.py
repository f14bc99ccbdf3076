"""A small trame app: state both ways, a trigger, a file. On trame 3 with wslink 1.x, and on trame 4 with wslink 2.x.

The front end that it serves is the folder in TRAME_TEST_WWW. When it listens it prints `READY {"port": …}`; it ends with its stdin.
"""

import hashlib
import json
import os
import sys

from ending import end_with_stdin
from trame.app import get_server
from trame.ui.html import DivLayout
from trame.widgets import html

server = get_server(client_type="vue3")
server.enable_module({"www": os.environ["TRAME_TEST_WWW"]})
state, ctrl = server.state, server.controller
state.text = "hello"
state.shouted = ""
state.count = 0
state.upload = None
state.received = ""


@state.change("text")
def shout(text, **_):
    state.shouted = text.upper()


@state.change("upload")
def receive(upload, **_):
    if upload:
        content = upload["content"]
        content = b"".join(content) if isinstance(content, list) else bytes(content)
        state.received = f"{upload['name']} {len(content)} {hashlib.sha256(content).hexdigest()}"


@ctrl.trigger("increment")
def increment(by):
    state.count += by
    return "done"


@ctrl.set("on_server_ready")
def ready(**_):
    print("READY " + json.dumps({"port": server.port}), flush=True)


with DivLayout(server) as layout:
    with layout.root:
        html.Input(id="text", v_model=("text",))
        html.Div("{{ shouted }}", id="shouted")
        html.Button("add", id="add", click="trigger('increment', [2])")
        html.Div("{{ count }}", id="count")
        html.Input(id="file", type="file", change="upload = $event.target.files[0]", __events=["change"])
        html.Div("{{ received }}", id="received")


if __name__ == "__main__":
    end_with_stdin()
    sys.argv = [sys.argv[0], "--server", "--host", "127.0.0.1", "--port", "0", "--timeout", "0"]
    server.start(open_browser=False, show_connection_info=False)
