/** Meets the daemon, and has it started where nobody answers: of many hooks at once by one, and by none where one came to answer meanwhile. */

/** Nobody listens, or there are too many before us. */
const NOBODY: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ECONNREFUSED', 'EAGAIN']);
/** Between two attempts to meet a daemon that is starting, milliseconds: longer each time, because many who wait take its time from it. */
const RETRY_MS = { first: 10, most: 250, factor: 1.5 };

/** What a meeting needs. */
export interface MeetingPorts {
  /** The daemon's answer. Rejects with a code of the system where nobody listens; what it throws at once is final. */
  readonly ask: () => Promise<Uint8Array>;
  /** Whether a daemon can be started at all. */
  readonly canStart: boolean;
  /** Whether it is for the caller to start it, and for nobody else just now. */
  readonly claim: () => boolean;
  readonly giveUp: () => void;
  readonly start: () => void;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** The answer's bytes, however long it takes until there is one. Rejects with whatever is not that nobody listens. */
export async function meetDaemon(ports: MeetingPorts): Promise<Uint8Array> {
  const tried = async (): Promise<Uint8Array | undefined> => {
    const asked = ports.ask();
    try {
      return await asked;
    } catch (thrown) {
      if (ports.canStart && NOBODY.has((thrown as { readonly code?: string }).code)) return undefined;
      throw thrown;
    }
  };
  for (let pause = RETRY_MS.first; ; pause = Math.min(pause * RETRY_MS.factor, RETRY_MS.most)) {
    const reply = await tried();
    if (reply !== undefined) return reply;
    if (ports.claim()) {
      // One that came to answer between the question and the claim is asked, and no second one started.
      const again = await tried().catch((thrown: unknown) => {
        ports.giveUp();
        throw thrown;
      });
      if (again !== undefined) {
        ports.giveUp();
        return again;
      }
      ports.start();
    }
    await ports.wait(pause);
  }
}
