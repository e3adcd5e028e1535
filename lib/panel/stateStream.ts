import type { ServerResponse } from 'node:http';

import type { Panel } from './panel';
import { NOTHING, type Sent, stateMessage } from './stateMessage';

/** Milliseconds between two messages: four a second at most. */
const PAUSE = 250;
/** Milliseconds after which a page hears that the panel is still there. */
const KEEP_ALIVE = 15_000;
/** So many pages may listen at a time. */
const PAGES = 8;

/** Tells the pages of a panel how it stands, as server-sent events: all at first, then what is new. */
export class StateStream {
  private readonly pages = new Map<ServerResponse, Sent>();
  private readonly keepAlive: NodeJS.Timeout;
  private next: NodeJS.Timeout | undefined;
  private lastAt = -Infinity;

  constructor(private readonly panel: Panel) {
    panel.onChange = () => this.soon();
    this.keepAlive = setInterval(() => {
      for (const page of this.pages.keys()) page.write(': still there\n\n');
    }, KEEP_ALIVE).unref();
  }

  /** Begins to tell a page; false when too many listen. */
  add(response: ServerResponse): boolean {
    if (this.pages.size >= PAGES) return false;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      // Proxies in front shall pass on each message when it comes.
      'X-Accel-Buffering': 'no',
    });
    response.write('retry: 1000\n\n');
    response.once('close', () => this.pages.delete(response));
    this.pages.set(response, NOTHING);
    this.tell(response, NOTHING);
    return true;
  }

  close(): void {
    clearInterval(this.keepAlive);
    clearTimeout(this.next);
    this.panel.onChange = () => undefined;
    for (const page of this.pages.keys()) page.end('event: closed\ndata: {}\n\n');
    this.pages.clear();
  }

  private soon(): void {
    if (this.next || this.pages.size === 0) return;
    const wait = Math.max(0, this.lastAt + PAUSE - performance.now());
    this.next = setTimeout(() => this.tellAll(), wait).unref();
  }

  private tellAll(): void {
    this.next = undefined;
    this.lastAt = performance.now();
    for (const [page, sent] of this.pages) {
      // A page that does not keep up gets all that is new by a later message.
      if (page.writableNeedDrain) this.soon();
      else this.tell(page, sent);
    }
  }

  private tell(page: ServerResponse, sent: Sent): void {
    const { text, now } = stateMessage(this.panel, sent);
    page.write(`data: ${text}\n\n`);
    this.pages.set(page, now);
  }
}
