/** What one principal's modern requests share: its servers and what they offer. Each request still stands alone. */
import type { Caller, Fault, Timers } from '@writ/core';
import { type PrincipalTasks, ProxySession } from '../../proxy/index.ts';
import { type ClientChannel, METHOD_NOT_FOUND } from '../../rpc/index.ts';
import { REOPEN_MS } from '../limits.ts';
import type { Held } from '../session-table.ts';
import type { StreamOwner } from '../streams.ts';
import type { HttpFaceOptions } from '../types.ts';

/** What belongs to no request reaches no modern client: there is no stream for it. */
const NOWHERE: ClientChannel = {
  isFull: false,
  drained: () => Promise.resolve(),
  notify: () => false,
  request: () =>
    Promise.resolve({ error: { code: METHOD_NOT_FOUND, message: 'nobody can be asked outside a request' } }),
};

/** The session of one principal. */
export class Principal implements Held, StreamOwner {
  readonly caller: Caller | undefined;
  readonly session: ProxySession;
  #isStale = false;
  #mayReopen = false;
  readonly #cancelTimer: () => void;

  constructor(options: HttpFaceOptions, caller: Caller | undefined, timers: Timers, tasks: PrincipalTasks) {
    this.caller = caller;
    const { ports, expose, note } = options;
    const scope = { era: 'modern' as const, ...(caller === undefined ? {} : { caller }) };
    this.session = new ProxySession({
      ports,
      timers,
      face: 'mcp_http',
      ...(caller === undefined ? {} : { caller }),
      openUpstreams: (handlers) =>
        options.openUpstreams(
          {
            ...handlers,
            ended: (upstream, why) => {
              this.#isStale = true;
              handlers.ended(upstream, why);
            },
          },
          scope,
        ),
      expose,
      client: NOWHERE,
      isShared: true,
      tasks,
      note,
      deserted: () => {},
    });
    this.#cancelTimer = timers.after(REOPEN_MS, () => {
      this.#mayReopen = true;
    });
  }

  get isBusy(): boolean {
    return this.session.size > 0;
  }

  /** Whether a server ended, and enough time went by for another attempt. */
  get shouldReopen(): boolean {
    return this.#isStale && this.#mayReopen;
  }

  idle(): Promise<void> {
    return this.session.idle();
  }

  async close(why?: Fault): Promise<void> {
    this.#cancelTimer();
    await this.session.close(why);
  }
}
