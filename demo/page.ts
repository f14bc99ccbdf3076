// What main.ts needs of the page: buttons, fields, and places to show things in. Nothing here knows of wslink but for the types.
import type { Progress, SessionState } from "wslink-rx";

const LOG_LINES = 200;

function element<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element with the id "${id}"`);
  return found as E;
}

/** Does `action` on every click of a button. What it throws, or its promise rejects with, is shown. */
export function onClick(id: string, action: () => unknown): void {
  const button = element<HTMLButtonElement>(id);
  let running = 0;
  const run = async (): Promise<void> => {
    running++;
    button.ariaBusy = "true";
    try {
      await action();
    } catch (error) {
      showError(error);
    } finally {
      running--;
      button.ariaBusy = String(running > 0);
    }
  };
  button.addEventListener("click", () => void run());
}

export function setPressed(id: string, pressed: boolean): void {
  element(id).ariaPressed = String(pressed);
}

export function show(id: string, text: string): void {
  element(id).textContent = text;
}

/** Something that whoever looks at the page should know, above everything else. */
export function showNotice(text: string): void {
  show("notice", text);
  element("notice").hidden = false;
}

let last = "";
let times = 0;

/** Adds a line to the log, the newest on top. What is the same as the line before is counted there. */
export function write(text: string, kind: "result" | "error" = "result"): void {
  const log = element("log");
  times = text === last ? times + 1 : 1;
  last = text;
  if (times > 1) log.firstElementChild?.remove();
  const line = document.createElement("li");
  line.className = kind;
  const time = document.createElement("time");
  time.textContent = new Date().toLocaleTimeString();
  const what = document.createElement("span");
  what.textContent = times > 1 ? `${text} (${times} times)` : text;
  line.append(time, what);
  log.prepend(line);
  while (log.children.length > LOG_LINES) log.lastElementChild?.remove();
}

export function showError(error: unknown): void {
  write(error instanceof Error ? `${error.name}: ${error.message}` : String(error), "error");
}

export function showState(state: SessionState): void {
  document.body.dataset["status"] = state.status;
  document.body.dataset["responsive"] = String(state.status !== "open" || state.responsive);
  show("state", stateText(state));
  show("protocol", state.status === "open" ? protocolText[state.protocol] : "–");
  element<HTMLButtonElement>("connect").disabled = state.status === "open" || state.status === "connecting";
  element<HTMLButtonElement>("disconnect").disabled = state.status === "idle" || state.status === "closed";
  element<HTMLFieldSetElement>("actions").disabled = state.status !== "open";
}

const protocolText = { v1: "v1 (wslink 1.x)", v2: "v2 (wslink 2.x)" };

function stateText(state: SessionState): string {
  switch (state.status) {
    case "idle":
      return "not connected";
    case "connecting":
      return "connecting …";
    case "open":
      return state.responsive ? "connected" : "connected, but no answer";
    case "waiting":
      return `lost; next attempt in ${(state.delayMs / 1000).toFixed(1)} s`;
    case "closed":
      return "closed";
    default:
      return state satisfies never;
  }
}

let shown = "";

/** Shows the bytes of a picture file; the browser finds out the format. */
export function showPicture(bytes: ArrayBuffer, caption: string): void {
  const picture = element<HTMLImageElement>("picture");
  const before = shown;
  shown = URL.createObjectURL(new Blob([bytes]));
  picture.src = shown;
  picture.alt = caption;
  picture.hidden = false;
  show("caption", `${caption}, ${bytes.byteLength} bytes`);
  if (before !== "") URL.revokeObjectURL(before); // else the page would keep the bytes of every frame
}

export function showProgress({ direction, loadedBytes, totalBytes }: Progress): void {
  if (direction === "up") element<HTMLProgressElement>("progress").value = totalBytes === 0 ? 1 : loadedBytes / totalBytes;
}

/** The numbers of the text field, with commas or spaces between them. */
export function numbers(): number[] {
  const words = element<HTMLInputElement>("numbers")
    .value.split(/[\s,;]+/)
    .filter((word) => word !== "");
  return words.map((word) => {
    if (Number.isNaN(Number(word))) throw new Error(`"${word}" is no number`);
    return Number(word);
  });
}

export function chosenFile(): File {
  const file = element<HTMLInputElement>("file").files?.[0];
  if (!file) throw new Error("choose a file first");
  return file;
}
