/** Where lanes wait while nobody may be at work. */
export class Rest {
  private gate: Promise<void> | undefined;
  private open: () => void = () => {};
  private working = 0;
  private idle: () => void = () => {};

  /** Runs one piece of work, once it may. */
  async during(work: () => Promise<void>): Promise<void> {
    while (this.gate) await this.gate;
    this.working++;
    await work();
    this.working--;
    if (this.working === 0) this.idle();
  }

  /** Resolves when nobody works, and nobody begins to before `end`. */
  async begin(): Promise<void> {
    this.gate = new Promise((open) => (this.open = open));
    if (this.working > 0) await new Promise<void>((idle) => (this.idle = idle));
  }

  end(): void {
    this.gate = undefined;
    this.open();
  }
}
