// `writ mcp` over standard input and output, and each part of it: what a call takes more than direct (gateway-call.ts; settings in
// gateway-settings.ts). Load generator, gateway and server share the machine.
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { openAppends } from './appends-end.ts';
import { durableFolder, fileSystem } from './durable.ts';
import { measureCall, runRow } from './gateway-call.ts';
import { rowsOf } from './gateway-settings.ts';
import { killProcesses } from './processes.ts';
import { isRecorded } from './stage.ts';
import { startClient } from './stdio-client.ts';
import { startStdioGateway, stdioEnd, TINY } from './stdio-ends.ts';

const folder = durableFolder('gateway');
try {
  const fs = fileSystem(folder);
  for (const [at, row] of rowsOf('stdio').entries()) {
    const own = join(folder, `row-${at}`);
    await runRow(row, async () => {
      const gateway = startStdioGateway(row, own);
      const server = startClient(TINY, folder);
      const appends = isRecorded(row.stage) ? await openAppends(join(own, 'appends'), row.bytes) : undefined;
      const ends = {
        direct: await stdioEnd(row, server),
        gateway: { ...(await stdioEnd(row, gateway)), process: gateway.process },
        ...(appends === undefined ? {} : { appends }),
      };
      await measureCall(row, ends, fs);
      await appends?.close();
      await gateway.close();
      await server.close();
    });
    rmSync(own, { recursive: true, force: true, maxRetries: 5 });
  }
} finally {
  killProcesses();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
// The log of a row that failed may still be open, and would keep the process.
process.exit();
