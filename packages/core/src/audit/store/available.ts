/** What SQLite throws, as the one fault that callers know. */
import { describeFault, Fault } from '../../kernel/index.ts';

/** What `read` returns. Throws `log.unavailable` for whatever is no fault of ours. */
export function available<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('log.unavailable', `the log cannot be read: ${describeFault(cause)}`, {}, { cause });
  }
}
