// A page on a wslink server. Everything about the server is in this file; page.ts holds what is about the page.
import { type Subscription, distinctUntilChanged, exhaustMap, map, pairwise, switchMap, timer } from "rxjs";
import { ConnectionError, Session } from "wslink-rx";
import type { Simple } from "./api.js";
import { sha256 } from "./digest.js";
import { chosenFile, numbers, onClick, setPressed, show, showError, showPicture, showProgress, showState, write } from "./page.js";
import { settings } from "./settings.js";

// A session opens nothing yet. It outlives its connections: topics and `state$` go on when the server was away.
const session = new Session<Simple>(settings);

// A method of the server looks like a method.
const simple = session.methods({
  add: "myprotocol.add",
  mult: "myprotocol.mult",
  special: "myprotocol.special",
  bareImage: "myprotocol.unwrapped.image",
  nestedImage: "myprotocol.nested.image",
  sleep: "myprotocol.sleep",
  unexpected: "myprotocol.unexpected",
  exit: "application.exit",
});

// ---- what the session is doing ----

show("server", settings.url);
session.state$.subscribe(showState);
session.inFlight$.subscribe((calls) => show("in-flight", String(calls)));
session.errors$.subscribe(showError); // what went wrong outside any call

// Why a connection ended. A connect that failed tells so itself, by its promise.
session.state$.pipe(pairwise()).subscribe(([before, now]) => {
  const ended = now.status === "waiting" || (now.status === "closed" && before.status !== "connecting");
  if (ended && now.cause !== undefined) showError(now.cause);
});

// The round trip, every two seconds while the connection is open. A failed probe is no news: `state$` tells.
session.state$
  .pipe(
    map((state) => state.status === "open"),
    distinctUntilChanged(),
    switchMap((open) => (open ? timer(0, 2000).pipe(exhaustMap(() => session.ping().catch(() => undefined))) : [undefined])),
  )
  .subscribe((ms) => show("round-trip", ms === undefined ? "–" : `${ms.toFixed(1)} ms`));

// ---- the buttons: what an action throws, or its promise rejects with, is shown by `onClick` ----

onClick("connect", () => session.open());
onClick("disconnect", () => session.close());

onClick("add", async () => write(`sum: ${await simple.add(numbers())}`));
onClick("mult", async () => write(`product: ${await simple.mult(numbers())}`));
onClick("special", async () => write(`special: ${(await simple.special(numbers())).join(", ")}`));

let alt = false;
onClick("image", async () => {
  alt = !alt;
  showPicture((await session.call("myprotocol.image", [], { alt })).blob, "image");
});
onClick("bare-image", async () => showPicture(await simple.bareImage(), "bare image"));
onClick("nested-image", async () => {
  const { image, bytesList } = await simple.nestedImage();
  showPicture(image.blob, "nested image");
  write(`nested bytes: ${bytesList.map((bytes) => `[${new Uint8Array(bytes).join(" ")}]`).join(" ")}`);
});

// A topic is an Observable. `start` asks the server for it when the first subscriber comes, `stop` when the last has left.
const images = session.topic("image", {
  start: (server) => server.call("myprotocol.stream", ["image"]),
  stop: (server) => server.call("myprotocol.stop", ["image"]),
});
let stream: Subscription | undefined;
onClick("stream", () => {
  if (stream) {
    stream.unsubscribe();
    return;
  }
  stream = images.subscribe({
    next: ({ blob, frame }) => showPicture(blob, `frame ${frame}`),
    error: showError,
  });
  setPressed("stream", true);
  stream.add(() => {
    stream = undefined;
    setPressed("stream", false);
  });
});

onClick("upload", async () => {
  const file = chosenFile();
  const received = await session.call("myprotocol.upload", [file.name, file], {}, { onProgress: showProgress });
  const here = await sha256(file);
  const verdict = here === undefined ? "not compared, since this page came neither by https nor from this machine" : here === received.sha256 ? "as here" : `here it is ${here}`;
  write(`uploaded ${received.name}: ${received.size} bytes, sha256 ${received.sha256.slice(0, 12)}… (${verdict})`);
});

onClick("several", async () => {
  const began = performance.now();
  const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const sums = await Promise.all(sizes.map((size) => simple.sleep(0.05).then(() => simple.add([size, size]))));
  write(`several calls: ${sums.join(", ")} in ${Math.round(performance.now() - began)} ms`);
});

// @ts-expect-error The compiler knows the methods of the contract, and this is none. The server says so too.
onClick("mistake", () => session.call("myprotocol.mistake.TYPO", ["ignored"]));
onClick("unexpected", () => simple.unexpected());

onClick("quit", async () => {
  // The server may be gone before it has answered. That is what was asked for, so only other errors are shown.
  await simple.exit().catch((error: unknown) => {
    if (!(error instanceof ConnectionError && error.sent)) throw error;
  });
  write("the server was asked to quit");
});
