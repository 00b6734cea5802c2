// Runs the conformance suite of MCP: `node scripts/conformance.mjs --direct` prints what the fixture passes by itself, as JSON;
// `--through` compares that with the same through the gateway, scenario by scenario and check by check, and fails where anything differs;
// `--write` does that and writes the tables of docs/conformance.md anew. `npm run tools` installs the suite.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wayOf } from '../packages/gateway/test/conformance/client/expectations.ts';
import { startHost } from '../packages/gateway/test/conformance/client/host.ts';
import { differences, distinct } from '../packages/gateway/test/conformance/compare.ts';
import { startFixture, startGateway } from '../packages/gateway/test/conformance/processes.ts';
import { clientRow, serverRow } from '../packages/gateway/test/conformance/report.ts';
import {
  CLIENT_SELECTIONS,
  runAgainstClient,
  runAgainstServer,
  SERVER_SELECTIONS,
} from '../packages/gateway/test/conformance/suite.ts';
import { testTool } from './testing/test-tools.ts';

const DOCUMENT = join(import.meta.dirname, '../docs/conformance.md');
const SHIM = fileURLToPath(new URL('../packages/gateway/test/conformance/client/shim.ts', import.meta.url));

const SERVER_HEAD = [
  '| Selection | Arguments of the suite | Scenarios | Directly | Through the gateway | Differences |',
  '|---|---|---|---|---|---|',
];
const CLIENT_HEAD = ['| Scenario | How | Directly | Through the gateway |', '|---|---|---|---|'];

const suite = testTool('@modelcontextprotocol/conformance');
const mode = process.argv[2];
if (suite === undefined || !['--direct', '--through', '--write'].includes(mode)) {
  console.error('usage: node scripts/conformance.mjs --direct | --through | --write');
  process.exitCode = 2;
} else {
  await main();
}

async function main() {
  const rows = { server: [], client: [] };
  const fixture = await startFixture();
  const gateway = mode === '--direct' ? undefined : await startGateway({ behind: { url: fixture.url } });
  for (const selection of SERVER_SELECTIONS) {
    const direct = await runAgainstServer(suite, fixture.url, selection);
    const through = gateway && (await runAgainstServer(suite, gateway.url, selection));
    tell('server', selection, direct, through);
    if (through) rows.server.push(serverRow(selection, direct, through));
  }
  await gateway?.stop();
  await fixture.stop();
  const host = mode === '--direct' ? undefined : await startHost();
  for (const selection of CLIENT_SELECTIONS) {
    const command = `${process.execPath} ${SHIM}`;
    const direct = await runDistinct(command, selection);
    const through = host && (await runDistinct(command, selection, { WRIT_GATEWAYS: host.url }));
    tell('client', selection, direct, through);
    if (!through) continue;
    rows.client.push(`**${selection.name}**`, '', ...CLIENT_HEAD);
    for (const scenario of direct.keys())
      rows.client.push(clientRow(scenario, wayOf(scenario), direct, through));
    rows.client.push('');
  }
  await host?.stop();
  if (mode === '--write') write(rows);
}

async function runDistinct(command, selection, environment = {}) {
  return distinct(await runAgainstClient(suite, command, selection, environment));
}

/** Prints what one selection found, as one line of JSON; differences make the exit code 1. */
function tell(side, { name }, direct, through) {
  const checks = Object.fromEntries(
    [...direct].map(([scenario, found]) => [
      scenario,
      found.map(({ id, name: check, status }) => [id, check, status]),
    ]),
  );
  const found = through && differences(direct, through);
  console.log(JSON.stringify({ side, selection: name, ...(found ? { differences: found } : { checks }) }));
  if (found?.length > 0) process.exitCode = 1;
}

/** Puts the tables between their marks. */
function write(rows) {
  const replaced = (text, mark, lines) => {
    const [begin, end] = [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
    const [before, after] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
    return `${text.slice(0, before)}\n\n${lines.join('\n').trim()}\n\n${text.slice(after)}`;
  };
  const document = readFileSync(DOCUMENT, 'utf8');
  const withServers = replaced(document, 'servers', [...SERVER_HEAD, ...rows.server]);
  writeFileSync(DOCUMENT, replaced(withServers, 'clients', rows.client));
}
