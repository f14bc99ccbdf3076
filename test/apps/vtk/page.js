// @ts-nocheck: its packages are those of test/apps alone
// A remote rendering page as vtk.js users write it; nothing in it knows wslink-rx.
import vtkWSLinkClient from "@kitware/vtk.js/IO/Core/WSLinkClient";
import vtkRemoteView, { connectImageStream } from "@kitware/vtk.js/Rendering/Misc/RemoteView";
import SmartConnect from "wslink/src/SmartConnect";

vtkWSLinkClient.setSmartConnectClass(SmartConnect);

const { sessionURL, secret } = window.app;
const client = vtkWSLinkClient.newInstance();
client.onConnectionError((event) => window.app.failed(String(event?.response?.error ?? event?.message ?? event)));

window.app.ready = client.connect({ application: "cone", sessionURL, secret }).then(() => {
  const session = client.getConnection().getSession();
  connectImageStream(session);
  const view = vtkRemoteView.newInstance({ rpcWheelEvent: "viewport.mouse.zoom.wheel", stillQuality: 100, interactiveQuality: 100, interactiveRatio: 1 });
  view.setContainer(document.querySelector("#view"));
  view.setSession(session);
  view.setViewId("-1");
  view.render();
  window.app.camera = () => session.call("test.camera", []);
  window.app.disconnect = () => client.disconnect();
});
