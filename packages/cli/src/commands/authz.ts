/** `writ authz`: answers the questions of other gateways, until it is ended. */
import type { Command } from 'commander';
import { DEFAULT_AUTHZ, type LocalAddress } from '@writ/gateway';
import { openAuthz } from '@writ/gateway/authz';
import { EXIT_OK } from '../exit-codes.ts';
import { runs } from '../run.ts';
import { printJson, remark, visible } from '../terminal/index.ts';
import { parseListen } from './egress/index.ts';
import { ended, requireConfiguration } from './serving.ts';

interface AuthzFlags {
  readonly config?: string;
  readonly listen?: LocalAddress;
  readonly json?: boolean;
}

const HELP = `
Serves the AuthZEN evaluation API (/access/v1/evaluation, /access/v1/evaluations) and Envoy's ext_authz over HTTP (path prefix /ext-authz). Who asks needs an API token with the scope \`authz\`: \`writ token create --agent NAME --scope authz\`.
Exit codes: 0 after it was ended, 2 for a configuration or policy that is not usable, 74 where it cannot listen or the log cannot be used.`;

/** Adds the command to `program`. */
export function addAuthz(program: Command): void {
  program
    .command('authz')
    .description('answer other gateways that ask whether something is allowed, until it is ended')
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option(
      '--listen <address>',
      'where, instead of the configured address: HOST:PORT on loopback, or unix:PATH',
      parseListen,
    )
    .option('--json', 'print one JSON object once it serves')
    .addHelpText('after', HELP)
    .action(runs(serve));
}

async function serve({ config: file, listen, json }: AuthzFlags): Promise<number> {
  const read = requireConfiguration(file, 'the service');
  const config =
    listen === undefined ? read : { ...read, authz: { ...(read.authz ?? DEFAULT_AUTHZ), listen } };
  const running = await openAuthz({ config, report: (line) => remark(`writ: ${line}`) });
  try {
    const { url, callers, log, policy, mode } = running.started;
    if (json === true) printJson(running.started);
    else {
      remark(`writ: answering at ${visible(url)}`);
      for (const [name, value] of [
        ['callers', callers],
        ['log', log],
        ['policy', `${policy.slice(0, 12)}, ${mode}`],
      ] as const)
        remark(`  ${name.padEnd(8)} ${visible(value)}`);
    }
    await ended();
  } finally {
    await running.close();
  }
  return EXIT_OK;
}
