/** How far a message has come. */
export interface Progress {
  /** `up`: the arguments of a call; `down`: its result, or a publication. */
  readonly direction: "up" | "down";
  readonly loadedBytes: number;
  readonly totalBytes: number;
}
