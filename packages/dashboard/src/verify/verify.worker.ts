/** Verifies beside the page, which goes on meanwhile. */
import { type Believed, type Evidence, type Shown, verifyEvidence } from './verify-evidence.ts';
import { verifyByWebCrypto } from './web-signatures.ts';

/** What it is asked. */
export interface Asked {
  readonly evidence: Evidence;
  readonly shown: Shown;
  readonly believed: Believed;
}

addEventListener('message', (event: MessageEvent<Asked>) => {
  void answer(event.data);
});

async function answer({ evidence, shown, believed }: Asked): Promise<void> {
  try {
    for await (const check of verifyEvidence(evidence, shown, believed, verifyByWebCrypto))
      globalThis.postMessage({ check });
    globalThis.postMessage({ done: true });
  } catch (fault) {
    globalThis.postMessage({ fault: fault instanceof Error ? fault.message : String(fault) });
  }
}
