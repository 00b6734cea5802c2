/** Asks a control plane in a process of its own, whose defaults of TLS a test chose; says what came back. */
import { describeFault, systemClock, systemRandom } from '@writ/core';
import { createPlaneClient } from '../../src/plane/index.ts';

const { url, ca } = JSON.parse(process.argv[2] ?? '{}') as { readonly url: string; readonly ca: string };
try {
  const client = createPlaneClient({ url, ca, clock: systemClock, random: systemRandom });
  const { status } = await client.send({ method: 'GET', path: '/livez' });
  console.log(`answered: ${status}`);
} catch (fault) {
  console.log(`not answered: ${describeFault(fault)}`);
}
process.exit();
