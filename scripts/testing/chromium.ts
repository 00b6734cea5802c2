// A real browser for tests, where one is on PATH: driven over pipes (Chrome DevTools Protocol), so that no port of it is open, and reaching nothing but this machine.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
/** Longest that something in a page is waited for, in milliseconds: generous, because the machines that run this are shared. */
const EVENTUALLY_MS = 30_000;
const LOOK_MS = 50;

/** The program; `undefined`, said aloud with what is left out, where there is none. */
export function findChromium(left: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync);
  if (found === undefined) process.stderr.write(`skipped: no chromium, ${left} is not tested\n`);
  return found;
}

/** Flags of a browser that reaches nothing but this machine, whatever it would like to ask for by itself. */
export function flagsOf(profile: string): readonly string[] {
  return [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    `--user-data-dir=${profile}`,
    '--disable-background-networking',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  ];
}

type Params = Readonly<Record<string, unknown>>;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly sessionId?: string;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

/** A browser. */
export interface Chromium {
  openPage(): Promise<ChromiumPage>;
  close(): Promise<void>;
}

/** A page of it. */
export interface ChromiumPage {
  /** Speaks the protocol. */
  send(method: string, params?: Params): Promise<Params>;
  open(url: string): Promise<void>;
  /** The value of an expression in the page. */
  read(expression: string): Promise<unknown>;
  /** Waits until an expression holds. Throws with what the page shows where it never does. */
  until(expression: string): Promise<void>;
  /** Clicks where the first element of `selector` is drawn, as a mouse does. */
  click(selector: string): Promise<void>;
  /** Presses a key: `Tab`, `Enter`, `Space`, or text. */
  press(key: string): Promise<void>;
  screenshot(file: string): Promise<void>;
  /** What was refused by the content security policy, thrown, or written to the console as an error, since the page was opened. */
  readonly complaints: readonly string[];
}

/** Starts it. `args`: further flags. */
export async function openChromium(program: string, args: readonly string[] = []): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), 'writ-browser-'));
  const child = spawn(program, [...flagsOf(profile), '--remote-debugging-pipe', ...args, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const wire = new Wire(child);
  return {
    async openPage() {
      const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await wire.send('Target.attachToTarget', { targetId, flatten: true });
      const page = new Page(wire, String(sessionId));
      await page.begin();
      return page;
    },
    async close() {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGKILL');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Messages over the pipes: JSON, each ended by a zero byte. */
class Wire {
  readonly #out: Writable;
  readonly #waiting = new Map<number, PromiseWithResolvers<Params>>();
  readonly #listeners = new Set<(message: Message) => void>();
  #last = 0;
  #rest = '';

  constructor(child: ChildProcess) {
    this.#out = child.stdio[3] as Writable;
    const incoming = child.stdio[4] as Readable;
    incoming.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.#out.on('error', () => undefined);
    child.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser has ended'));
    });
  }

  send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    this.#last += 1;
    const waiting = Promise.withResolvers<Params>();
    this.#waiting.set(this.#last, waiting);
    this.#out.write(`${JSON.stringify({ id: this.#last, method, params, sessionId })}\0`);
    return waiting.promise;
  }

  listen(listener: (message: Message) => void): void {
    this.#listeners.add(listener);
  }

  #take(text: string): void {
    const messages = `${this.#rest}${text}`.split('\0');
    this.#rest = messages.pop() ?? '';
    for (const one of messages) {
      const message = JSON.parse(one) as Message;
      if (message.id === undefined) for (const listener of this.#listeners) listener(message);
      else if (message.error === undefined) this.#waiting.get(message.id)?.resolve(message.result ?? {});
      else this.#waiting.get(message.id)?.reject(new Error(message.error.message));
      this.#waiting.delete(message.id ?? -1);
    }
  }
}

/** Reports what its content security policy refuses: the event says it even where the console does not. */
const WATCH = `addEventListener('securitypolicyviolation', (e) => console.error('refused by policy: ' + e.violatedDirective + ' ' + e.blockedURI));`;

class Page implements ChromiumPage {
  readonly complaints: string[] = [];
  readonly #wire: Wire;
  readonly #session: string;

  constructor(wire: Wire, session: string) {
    this.#wire = wire;
    this.#session = session;
  }

  async begin(): Promise<void> {
    this.#wire.listen(({ method, params = {}, sessionId }) => {
      if (sessionId === this.#session) this.#hear(method ?? '', params);
    });
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.send(`${domain}.enable`);
    await this.send('Page.addScriptToEvaluateOnNewDocument', { source: WATCH });
  }

  send(method: string, params?: Params): Promise<Params> {
    return this.#wire.send(method, params, this.#session);
  }

  async open(url: string): Promise<void> {
    this.complaints.length = 0;
    await this.send('Page.navigate', { url: 'about:blank' });
    await this.until(`location.href === 'about:blank'`);
    await this.send('Page.navigate', { url });
    await this.until(`location.href !== 'about:blank' && document.readyState === 'complete'`);
  }

  async read(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    })) as { result?: { value?: unknown }; exceptionDetails?: unknown };
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails).slice(0, 500));
    return result?.value;
  }

  async until(expression: string): Promise<void> {
    const end = Date.now() + EVENTUALLY_MS;
    for (;;) {
      // A page that is just being left answers nothing.
      if ((await this.read(`Boolean(${expression})`).catch(() => false)) === true) return;
      if (Date.now() > end) break;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    const shown = await this.read(`location.href + '\\n' + document.body?.innerText`);
    throw new Error(`it never came to ${expression}: ${String(shown)} ${this.complaints.join('; ')}`);
  }

  async click(selector: string): Promise<void> {
    const where = JSON.stringify(selector);
    await this.until(`document.querySelector(${where})?.checkVisibility()`);
    const [x, y] = (await this.read(
      `(() => { const e = document.querySelector(${where}); e.scrollIntoView({block: 'center'});
        const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`,
    )) as [number, number];
    for (const type of ['mousePressed', 'mouseReleased'])
      await this.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
  }

  async press(key: string): Promise<void> {
    const known = KEYS[key];
    if (known === undefined) return void (await this.send('Input.insertText', { text: key }));
    const { text, ...rest } = known;
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...rest, ...(text === '' ? {} : { text }) });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...rest });
  }

  async screenshot(file: string): Promise<void> {
    const { data } = await this.send('Page.captureScreenshot');
    writeFileSync(file, Buffer.from(String(data), 'base64'));
  }

  #hear(method: string, params: Params): void {
    if (method === 'Runtime.exceptionThrown') this.complaints.push(JSON.stringify(params).slice(0, 500));
    if (method === 'Runtime.consoleAPICalled' && params['type'] === 'error')
      this.complaints.push(JSON.stringify(params['args']).slice(0, 500));
    const { entry } = params as { entry?: { level?: string; source?: string; text?: string } };
    // An answer that is no success is one that the page asked for; what it says of it is looked at where it is shown.
    if (method === 'Log.entryAdded' && entry?.level === 'error' && entry.source !== 'network')
      this.complaints.push(String(entry.text));
  }
}

const KEYS: Readonly<
  Record<string, { key: string; code: string; windowsVirtualKeyCode: number; text: string }>
> = {
  Tab: { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9, text: '' },
  Enter: { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' },
  Space: { key: ' ', code: 'Space', windowsVirtualKeyCode: 32, text: ' ' },
};
