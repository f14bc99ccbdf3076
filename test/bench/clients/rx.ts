import { connect } from "wslink-rx";
import type { Open, Payload } from "./client.js";

export const open: Open = async ({ url }) => {
  const session = await connect(url);
  return {
    call: (method, args) => session.call(method, [...args]),
    subscribe(topic, callback) {
      const subscription = session.topic(topic).subscribe((payload) => callback(payload as Payload));
      return () => subscription.unsubscribe();
    },
    upload: (data, background) => session.call("bench.upload", [data], {}, { background, transfer: data instanceof ArrayBuffer ? [data] : [] }),
    async flood(args) {
      await session.call("bench.burst", [...args]);
    },
  };
};
