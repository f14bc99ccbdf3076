import { type JSHandle, type Locator, type Page, expect } from "@playwright/test";

/** The page of the demo, as whoever sits before it sees it. */
export class DemoPage {
  readonly page: Page;
  /** Errors that no code caught, and what the page's own security policy refused. */
  readonly faults: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.faults.push(String(error)));
    page.on("console", (message) => {
      if (/content security policy/i.test(message.text())) this.faults.push(message.text());
    });
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await expect(this.text("state")).toHaveText("not connected");
  }

  async connect(): Promise<void> {
    await this.press("Connect");
    await expect(this.text("state")).toHaveText("connected");
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  async press(name: string): Promise<void> {
    await this.button(name).click();
  }

  text(id: string): Locator {
    return this.page.locator(`#${id}`);
  }

  /** The newest line of the log, without its time. */
  newest(): Locator {
    return this.page.locator("#log li:first-child span");
  }

  /** The values that the progress bar will have had. */
  watchProgress(): Promise<JSHandle<number[]>> {
    return this.text("progress").evaluateHandle((bar) => {
      const seen: number[] = [];
      new MutationObserver(() => seen.push((bar as HTMLProgressElement).value)).observe(bar, { attributes: true });
      return seen;
    });
  }

  /** The colours of the picture at some places; the whole picture must be there. */
  pixels(...places: readonly (readonly [x: number, y: number])[]): Promise<number[][]> {
    return this.page.locator("#picture").evaluate(async (picture, wanted) => {
      const image = picture as HTMLImageElement;
      // a stream may show the next picture while this one is decoded
      for (let shown = ""; shown !== image.src; ) {
        shown = image.src;
        await image.decode().catch((error: unknown) => {
          if (shown === image.src) throw error;
        });
      }
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const context = canvas.getContext("2d");
      context?.drawImage(image, 0, 0);
      return wanted.map(([x, y]) => [...(context?.getImageData(x, y, 1, 1).data ?? [])]);
    }, places);
  }
}
