/** A list or map under construction. */
export class Container {
  key = "";
  readonly size: number;

  constructor(
    readonly parent: Container | undefined,
    readonly list: unknown[] | undefined,
    readonly map: Record<string, unknown> | undefined,
    /** Values to come; in a map, keys and values: an even number says that a key is next. */
    public left: number,
  ) {
    this.size = left;
  }

  get wantsKey(): boolean {
    return this.list === undefined && this.left % 2 === 0;
  }
}
