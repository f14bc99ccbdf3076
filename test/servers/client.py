"""What the methods of the test server share: the client that calls, and binaries in results."""

from values import attach
from wslink.websocket import LinkProtocol


class ClientAware(LinkProtocol):
    @property
    def handler(self):
        return self.publish.__self__

    @property
    def caller(self):
        """The client whose call is running; true until the method awaits something."""
        return self.handler.web_app.last_active_client_id

    def attached(self, tree):
        return attach(tree, self.addAttachment)
