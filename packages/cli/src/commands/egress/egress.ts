/** `writ egress`: a forward proxy for agents, until it is ended; lists of hosts as policies; and the authority by which it looks into TLS. */
import { type Command, InvalidArgumentError } from 'commander';
import {
  type Configuration,
  DEFAULT_EGRESS,
  LOCAL_ADDRESS_HINT,
  type LocalAddress,
  readLocalAddress,
} from '@writ/gateway';
import { openEgress } from '@writ/gateway/egress';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { printJson, remark, visible } from '../../terminal/index.ts';
import { ended, requireConfiguration } from '../serving.ts';
import { createCa, showCa } from './ca.ts';
import { importRules } from './import.ts';

interface EgressFlags {
  readonly config?: string;
  readonly listen?: LocalAddress;
  readonly json?: boolean;
}

const HELP = `
Programs use it by HTTP_PROXY and HTTPS_PROXY. Each attempt is the action \`network/egress\` on \`Host::"name"\`, judged before anything is connected; what no policy permits stays out, and so does every address that is not public unless \`egress.allowNetworks\` or \`egress.hosts\` names it.
Signals: TERM, INT and HUP end it; what is under way ends, recorded so.
Exit codes: 0 after it was ended, 2 for a configuration or policy that is not usable, 74 where it cannot listen or the log cannot be used.`;

/** Adds the commands to `program`. */
export function addEgress(program: Command): void {
  const egress = program
    .command('egress')
    .description(
      'serve a forward proxy that judges and records each connection of an agent, until it is ended',
    )
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option(
      '--listen <address>',
      'where, instead of the configured address: HOST:PORT on loopback, or unix:PATH',
      parseListen,
    )
    .option('--json', 'print one JSON object once it serves')
    .helpCommand(false)
    .enablePositionalOptions()
    .addHelpText('after', HELP)
    .action(runs(serve));
  egress
    .command('import')
    .description(
      'print an ordered list of allowed and denied hosts as policies; order is resolved, default deny',
    )
    .argument(
      '<file>',
      'lines `allow|deny [METHOD,…] [https://]HOST[:PORT][/PATH]`, the first that fits decides; `-` reads standard input',
    )
    .option('--json', 'print one JSON object')
    .action(runs(importRules));
  const ca = egress
    .command('ca')
    .description('the local authority by which `egress.inspect` looks into TLS')
    .helpCommand(false);
  const shared = (command: Command): Command =>
    command
      .option('--config <file>', 'the configuration (default: writ.yaml here)')
      .option('--data <dir>', 'the data folder (default: the configuration’s)')
      .option('--json', 'print one JSON object');
  shared(ca.command('init').description('make the authority; it is installed nowhere')).action(
    runs(createCa),
  );
  shared(ca.command('show').description('print its certificate, for those that are to trust it')).action(
    runs(showCa),
  );
}

async function serve(flags: EgressFlags): Promise<number> {
  const config = withFlags(requireConfiguration(flags.config, 'the proxy'), flags);
  const running = await openEgress({ config, report: (line) => remark(`writ: ${line}`) });
  try {
    announce(running.started, flags);
    await ended();
  } finally {
    await running.close();
  }
  return EXIT_OK;
}

function announce(started: Awaited<ReturnType<typeof openEgress>>['started'], { json }: EgressFlags): void {
  if (json === true) {
    printJson(started);
    return;
  }
  const { proxy, callers, inspects, log, policy, mode } = started;
  remark(`writ: serving ${visible(proxy)}`);
  const lines: readonly (readonly [string, string])[] = [
    ['callers', callers],
    ['inspects', inspects],
    ['log', log],
    ['policy', `${policy.slice(0, 12)}, ${mode}`],
    ...(proxy.startsWith('http:')
      ? [['use', `HTTPS_PROXY=${proxy} HTTP_PROXY=${proxy} COMMAND`] as const]
      : []),
  ];
  for (const [name, value] of lines) remark(`  ${name.padEnd(8)} ${visible(value)}`);
}

function withFlags(config: Configuration, { listen }: EgressFlags): Configuration {
  return listen === undefined
    ? config
    : { ...config, egress: { ...(config.egress ?? DEFAULT_EGRESS), listen } };
}

/** An address of this machine, for commander. */
export function parseListen(text: string): LocalAddress {
  const address = readLocalAddress(text, process.cwd());
  if (address !== undefined) return address;
  throw new InvalidArgumentError(LOCAL_ADDRESS_HINT);
}
