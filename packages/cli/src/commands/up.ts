/** `writ up`: the control plane, and the gateway of the configuration here beside it. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { CONFIGURATION_FILE, loadConfig } from '@writ/gateway';
import type { RunningGateway } from '@writ/gateway/serve';
import { EXIT_OK } from '../exit-codes.ts';
import { runs } from '../run.ts';
import { print, remark, visible } from '../terminal/index.ts';
import { announceServer, onceAsked, openServer, startFlags, type StartFlags } from './server/index.ts';

/** Adds the command to `program`. */
export function addUp(program: Command): void {
  startFlags(
    program
      .command('up')
      .description('run a control plane here, with the gateway of writ.yaml where there is one, until ended'),
  ).action(runs(up));
}

async function up(flags: StartFlags): Promise<number> {
  const ending = onceAsked();
  try {
    const server = await openServer(flags);
    let gateway: RunningGateway | undefined;
    try {
      announceServer(server, flags.json === true);
      gateway = await openGatewayHere();
      if (gateway !== undefined && flags.json !== true)
        print(`gateway at ${visible(gateway.started.url)}, by ${CONFIGURATION_FILE}`);
      await ending.asked;
      ending.again(() => void Promise.all([gateway?.close(), server.close()]));
    } finally {
      await Promise.all([gateway?.drain(), server.close()]);
    }
  } finally {
    ending.release();
  }
  return EXIT_OK;
}

/** The gateway of the configuration that stands here; none where there is none, or it governs no server. */
async function openGatewayHere(): Promise<RunningGateway | undefined> {
  if (!existsSync(CONFIGURATION_FILE)) {
    remark(`no ${CONFIGURATION_FILE} stands here, so no gateway runs beside it; \`writ init\` writes one`);
    return undefined;
  }
  const load = (): ReturnType<typeof loadConfig> => loadConfig(CONFIGURATION_FILE);
  const config = load();
  if (config.servers.length === 0) {
    remark(`${CONFIGURATION_FILE} names no server, so no gateway runs beside it`);
    return undefined;
  }
  const { openGateway } = await import('@writ/gateway/serve');
  return openGateway({ config, load, stderr: process.stderr, environment: process.env });
}
