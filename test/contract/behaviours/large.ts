import { theme } from "../behaviour.js";

const MiB = 1024 * 1024;

/** What takes too long for every change; `npm run test:more`. */
export const large = theme("large binaries", {
  "of 64 MiB arrive and come back, on 1.x where the server and `limits.maxFrameBytes` allow it": async (t) => {
    const size = 64 * MiB;
    const session = t.protocol === "v2" ? await t.connect() : await t.connect({ limits: { maxFrameBytes: size } }, await t.start({ maxMsgSize: size + MiB }));
    // mostly zeros: compressing anything else takes the browser 15 s; a number in each 4 KiB betrays what is lost or misplaced
    const words = new Uint32Array(size / 4);
    for (let i = 0; i < words.length; i += 1024) words[i] = i + 1;
    const sha256 = await t.sha256(words);
    t.equal(await session.call("test.digests", [new Blob([words])]), [{ path: "0", length: size, sha256 }]);
    const back = (await session.call("test.same", [words])) as ArrayBuffer;
    t.equal([back.byteLength, await t.sha256(back)], [size, sha256]);
  },
});
