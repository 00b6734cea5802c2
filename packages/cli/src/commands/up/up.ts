/** `writ up`: the control plane, and the gateway of the configuration here beside it, as a node of it. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { CONFIGURATION_FILE, loadConfig } from '@writ/gateway';
import type { RunningGateway } from '@writ/gateway/serve';
import type { RunningServer } from '@writ/server';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, remark, visible } from '../../terminal/index.ts';
import { announceServer, onceAsked, openServer, startFlags, type StartFlags } from '../server/index.ts';
import { enrolBeside } from './enrol-beside.ts';
import { sendLog, type SendingLog } from './send-log.ts';

const HELP = `
The gateway is a node of the control plane beside it: what it records, what waits for people, and stops are seen there. Its policies stay those of writ.yaml, unless that names a \`plane\`.
Signals: TERM and INT end both: they are not ready from then on, and let what is under way end; a second one waits no longer.
Exit codes: 0 after it was ended, 2 for a configuration or keys that are not usable, 74 where it cannot listen, or a log or tables cannot be used or brought up to date.`;

/** Adds the command to `program`. */
export function addUp(program: Command): void {
  startFlags(
    program
      .command('up')
      .description('run a control plane here, with the gateway of writ.yaml where there is one, until ended'),
  )
    .addHelpText('after', HELP)
    .action(runs(up));
}

/** A gateway beside, and what sends its log. */
interface Beside {
  readonly gateway: RunningGateway;
  readonly sending?: SendingLog;
  /** ULID of the node that it is; absent where it is none of this control plane. */
  readonly node?: string;
  /** Verifier key of its log. */
  readonly log?: string;
}

async function up(flags: StartFlags): Promise<number> {
  const ending = onceAsked();
  const isJson = flags.json === true;
  try {
    const server = await openServer(flags);
    let beside: Beside | undefined;
    try {
      // At once, and not after the gateway: it may take a while until programs of others are up, and the link is wanted now.
      if (!isJson) announceServer(server, false);
      beside = await openGatewayHere(server);
      if (isJson) announceServer(server, true, toldOf(beside));
      else if (beside !== undefined) announceGateway(beside);
      await ending.asked;
      ending.again(() => void Promise.all([beside?.gateway.close(), server.close()]));
    } finally {
      await beside?.gateway.drain();
      // Its last entries, while the control plane still takes them.
      await beside?.sending?.close();
      await server.close();
    }
  } finally {
    ending.release();
  }
  return EXIT_OK;
}

function toldOf(beside: Beside | undefined): Readonly<Record<string, string>> {
  if (beside === undefined) return {};
  const { gateway, node, log } = beside;
  return {
    gateway: gateway.started.url,
    ...(node === undefined ? {} : { node }),
    ...(log === undefined ? {} : { gateway_log: log }),
  };
}

function announceGateway({ gateway, node, log }: Beside): void {
  print(`gateway at ${visible(gateway.started.url)}, by ${CONFIGURATION_FILE}`);
  if (node !== undefined) print(`  it is node ${node} here: its receipts, holds and stops are seen`);
  if (log !== undefined) print(`  it records what it does in ${log}`);
}

/** The gateway of the configuration that stands here; none where there is none, or it governs no server. */
async function openGatewayHere(server: RunningServer): Promise<Beside | undefined> {
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
  const options = { config, load, stderr: process.stderr, environment: process.env };
  // One that was told of a control plane goes by that one's bundles.
  if (config.plane !== undefined) return { gateway: await openGateway(options) };
  const enrolled = await enrolBeside(server.plane, config);
  if (enrolled.status === 'refused') {
    remark(`the gateway is no node of this control plane: ${enrolled.problem}`);
    remark('an administrator makes it one: `writ fleet code`, then `writ enroll` here');
    return { gateway: await openGateway(options) };
  }
  const { beside, mirrors, log } = enrolled;
  const gateway = await openGateway({ ...options, beside });
  const [mirror] = mirrors;
  const sending =
    mirror === undefined
      ? undefined
      : sendLog({ data: config.data, mirror, report: (line) => remark(`writ: ${line}`) });
  return { gateway, node: beside.node, log, ...(sending === undefined ? {} : { sending }) };
}
