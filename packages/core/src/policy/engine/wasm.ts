/** Loads the official Cedar engine at its first use; synchronous from then on. */
import { createRequire } from 'node:module';
import type * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { describeFault, Fault, type FaultCode } from '../../kernel/index.ts';

/** The official build for Node. */
export type CedarWasm = typeof cedar;

const MODULE = '@cedar-policy/cedar-wasm/nodejs';

let loaded: CedarWasm | undefined;

/** The engine; the first call compiles 4 MB of WebAssembly, about 20 ms. */
export function cedarWasm(): CedarWasm {
  loaded ??= createRequire(import.meta.url)(MODULE) as CedarWasm;
  return loaded;
}

/**
 * Runs `call` on `engine`. INVARIANT: an instance that trapped is never used again, because its stack is not unwound;
 * the next {@link cedarWasm} is a new one. The trap becomes a fault with `code`.
 */
export function runGuarded<Answer>(
  engine: CedarWasm,
  code: FaultCode,
  call: (engine: CedarWasm) => Answer,
): Answer {
  try {
    return call(engine);
  } catch (thrown) {
    if (loaded === engine) {
      const require = createRequire(import.meta.url);
      Reflect.deleteProperty(require.cache, require.resolve(MODULE));
      loaded = undefined;
    }
    const exhausted =
      thrown instanceof Error && (thrown.name === 'RangeError' || thrown.name === 'RuntimeError');
    const reason = exhausted ? 'it is nested too deeply' : describeFault(thrown);
    throw new Fault(code, `the policy engine gave up: ${reason}`, {}, { cause: thrown });
  }
}

/** Name and version of what evaluates, for records: `cedar-wasm 4.12.0`. */
export function engineVersion(): string {
  return `cedar-wasm ${cedarWasm().getCedarSDKVersion()}`;
}
