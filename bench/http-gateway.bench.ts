// `writ gateway` over Streamable HTTP in both eras, and each part of it: what a call takes more than direct (gateway-call.ts; settings in
// gateway-settings.ts). Load generator, gateway and server share the machine.
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { openAppends } from './appends-end.ts';
import { durableFolder, fileSystem } from './durable.ts';
import { measureCall, runRow } from './gateway-call.ts';
import { rowsOf } from './gateway-settings.ts';
import { httpEnd, startEcho, startHttpGateway } from './http-ends.ts';
import { awaitEnd, killProcesses } from './processes.ts';
import { isRecorded } from './stage.ts';

const folder = durableFolder('http-gateway');
try {
  const fs = fileSystem(folder);
  for (const [at, row] of [...rowsOf('http-modern'), ...rowsOf('http-legacy')].entries()) {
    const own = join(folder, `row-${at}`);
    await runRow(row, async () => {
      const echo = await startEcho();
      const gateway = await startHttpGateway(row, echo.port, own);
      const appends = isRecorded(row.stage) ? await openAppends(join(own, 'appends'), row.bytes) : undefined;
      const ends = {
        direct: await httpEnd(row, echo.port),
        gateway: { ...(await httpEnd(row, gateway.port)), process: gateway.process },
        ...(appends === undefined ? {} : { appends }),
      };
      await measureCall(row, ends, fs);
      await appends?.close();
      for (const { process } of [gateway, echo]) {
        process.kill('SIGTERM');
        await awaitEnd(process);
      }
    });
    rmSync(own, { recursive: true, force: true, maxRetries: 5 });
  }
} finally {
  killProcesses();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
// The log of a row that failed may still be open, and would keep the process.
process.exit();
