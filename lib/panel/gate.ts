/** Holds who comes to it while it is closed. */
export class Gate {
  private opening: Promise<void> | undefined;
  private release = (): void => undefined;

  get isClosed(): boolean {
    return this.opening !== undefined;
  }

  close(): void {
    this.opening ??= new Promise((resolve) => (this.release = resolve));
  }

  open(): void {
    this.release();
    this.opening = undefined;
  }

  /** Resolves when the gate is open, however often it was closed again meanwhile. */
  async passed(): Promise<void> {
    while (this.opening) await this.opening;
  }
}
