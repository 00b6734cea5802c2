/** Has evidence verified by a worker of this page's own origin. */
import type { Asked } from './verify.worker.ts';
import type { Check } from './verify-evidence.ts';

type Answer = { readonly check: Check } | { readonly done: true } | { readonly fault: string };

/** Tells each check as it is made; rejects where verifying itself fails, or is ended by `signal`. */
export function verifyInWorker(
  asked: Asked,
  onCheck: (check: Check) => void,
  signal: AbortSignal,
): Promise<void> {
  const worker = new Worker(new URL('./verify.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('it was ended')), { once: true });
    worker.onerror = (event) => reject(new Error(event.message || 'the verifier could not be started'));
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ('check' in data) onCheck(data.check);
      else if ('done' in data) resolve();
      else reject(new Error(data.fault));
    };
    worker.postMessage(asked);
  }).finally(() => worker.terminate());
}
