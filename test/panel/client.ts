import { type IncomingHttpHeaders, request } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks a server; unlike `fetch` it can say any Host and Origin. */
export function ask(address: string, { method = 'GET', headers, body }: Call = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request(address, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Sends JSON. */
export function post(address: string, value: unknown, headers = {}): Promise<Reply> {
  return ask(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof value === 'string' ? value : JSON.stringify(value),
  });
}

/** What a panel's page is told, as it comes. */
export interface Message {
  readonly status: string;
  readonly end?: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly waiting: readonly string[];
  readonly run: number;
  readonly step?: number;
  readonly from: number;
  readonly points: readonly (readonly (number | null)[])[];
  readonly marks: readonly { readonly step: number; readonly text: string }[];
  readonly earlier?: readonly { readonly number: number }[];
}

/** Listens to server-sent events until `close`; `times` are in milliseconds. */
export function listen(address: string) {
  const messages: Message[] = [];
  const times: number[] = [];
  let rest = '';
  const asked = request(address, { agent: false }, (response) => {
    response.setEncoding('utf8').on('data', (part: string) => {
      const blocks = (rest + part).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks.filter((text) => text.startsWith('data: '))) {
        messages.push(JSON.parse(block.slice(6)) as Message);
        times.push(performance.now());
      }
    });
  });
  asked.on('error', () => undefined);
  asked.end();
  return { messages, times, close: () => asked.destroy() };
}
