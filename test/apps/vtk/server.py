"""VTK's own web protocols on a cone, on wslink 1.x and 2.x alike.

Its secret comes in WSLINK_TEST_SECRET. When it listens it prints `READY {"port": …}`; it ends with its stdin.
"""

import json
import os

from ending import end_with_stdin
from scene import make_window
from vtkmodules.web import protocols
from vtkmodules.web import wslink as vtk_wslink
from wslink import register, server


class Camera(protocols.vtkWebProtocol):
    @register("test.camera")
    def camera(self):
        """Where the server's camera stands."""
        window = self.getView("-1")
        return list(window.GetRenderers().GetFirstRenderer().GetActiveCamera().GetPosition())


class Cone(vtk_wslink.ServerProtocol):
    def initialize(self):
        self.registerVtkWebProtocol(protocols.vtkWebMouseHandler())
        self.registerVtkWebProtocol(protocols.vtkWebViewPort())
        self.registerVtkWebProtocol(protocols.vtkWebPublishImageDelivery(decode=False))
        self.registerVtkWebProtocol(Camera())
        self.updateSecret(os.environ["WSLINK_TEST_SECRET"])
        window = make_window()
        window.Render()
        self.getApplication().SetImageEncoding(0)
        self.getApplication().GetObjectIdMap().SetActiveObject("VIEW", window)

    def port_callback(self, port):
        print("READY " + json.dumps({"port": port}), flush=True)


if __name__ == "__main__":
    end_with_stdin()
    os.environ["WSLINK_READY_MSG"] = ""
    server.start(["--host", "127.0.0.1", "--port", "0", "--timeout", "0"], protocol=Cone)
