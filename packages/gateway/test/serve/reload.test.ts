// What changes while a gateway runs: its servers and its policies, and a file that is broken changes nothing.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject, parseStrictJson } from '@writ/core';
import { ALLOW_ALL, type TestServer, Workspace } from '../workspace.ts';
import { eventually, fixture, Operated } from './operated.ts';

/** Writes the configuration with other servers. */
function configure(operated: Operated, change: (config: JsonObject) => JsonObject): void {
  const config = parseStrictJson(readFileSync(operated.config, 'utf8'));
  if (!isJsonObject(config)) throw new Error('no configuration');
  operated.workspace.write('writ.yaml', JSON.stringify(change(config)));
}

const serversOf = (config: JsonObject, servers: Readonly<Record<string, JsonObject>>): JsonObject => ({
  ...config,
  servers,
});
const FILES = { ...fixture(), trusted: true } as JsonObject;
const PATIENT = fileURLToPath(new URL('../fixtures/patient.ts', import.meta.url));

/** A server with a tool of its own, `wait`: two with the same would be taken for one another. */
function waiting(workspace: Workspace, ...flags: string[]): TestServer {
  workspace.write('go', '');
  return { command: [process.execPath, PATIENT, workspace.folder, ...flags] };
}

/** A gateway in front of two servers. */
async function withTwo(): Promise<{ readonly operated: Operated }> {
  const workspace = new Workspace();
  const other = waiting(workspace);
  return { operated: await Operated.open({ servers: { files: fixture(), other } }, workspace) };
}

async function toolsOf(operated: Operated): Promise<string> {
  const session = await operated.session();
  return (await session.ask('tools/list')).text;
}

test('a server that is added is seen by new sessions, and those that are open go on', async () => {
  const operated = await Operated.open();
  const before = await operated.session();
  const other = { ...waiting(operated.workspace), trusted: true } as JsonObject;
  configure(operated, (config) => serversOf(config, { files: FILES, other }));
  expect(await operated.gateway.reload()).toBe(true);
  expect(await operated.event('reload.servers')).toMatchObject({ text: 'servers: other added', count: 2 });
  expect(await toolsOf(operated)).toContain('"wait"');
  expect((await (await operated.session()).call('wait', {})).text).toContain('waited');
  expect((await before.call('echo', { text: 'still here' })).text).toContain('still here');
  expect((await before.call('wait', {})).text).toContain('"isError":true');
  expect(await operated.metric('writ_reloads_total{what="configuration",result="ok"}')).toBeGreaterThan(0);
});

test('a session that uses a server which is taken out is told so, and keeps the others', async () => {
  const { operated } = await withTwo();
  const session = await operated.session();
  expect((await session.call('other__wait', {})).text).toContain('waited');
  configure(operated, (config) => serversOf(config, { files: FILES }));
  expect(await operated.gateway.reload()).toBe(true);
  const refused = (await session.call('other__wait', {})).text;
  expect(refused).toContain('`other` was taken out of the configuration while this session was open');
  expect((await session.call('files__echo', { text: 'still here' })).text).toContain('still here');
  expect(await toolsOf(operated)).not.toContain('other__');
});

test('a server that is configured anew runs anew in new sessions', async () => {
  const { operated } = await withTwo();
  const session = await operated.session();
  await session.call('other__wait', {});
  const other = { ...waiting(operated.workspace, '--anew'), trusted: true } as JsonObject;
  configure(operated, (config) => serversOf(config, { files: FILES, other }));
  expect(await operated.gateway.reload()).toBe(true);
  expect((await session.call('other__wait', {})).text).toContain('was configured anew');
  expect((await (await operated.session()).call('other__wait', {})).text).toContain('waited');
});

test('a changed file is seen without being asked to', async () => {
  const { operated } = await withTwo();
  configure(operated, (config) => serversOf(config, { files: FILES }));
  await operated.event('reload.servers');
  expect(await toolsOf(operated)).not.toContain('other__');
});

describe('what cannot be used leaves everything as it was, and says where the fault is', () => {
  test.each([
    ['a file that is no YAML', () => 'servers: [', /writ\.yaml:\d+:\d+/],
    [
      'a field that is none',
      (config: JsonObject) => ({ ...config, srevers: {} }),
      /`srevers`.*writ\.yaml:1:\d+/,
    ],
    ['no server', (config: JsonObject) => serversOf(config, {}), /no server is configured/],
    [
      'a server that does not start',
      (config: JsonObject) => serversOf(config, { files: FILES, broken: { command: ['/nowhere/at/all'] } }),
      /`broken` cannot be started/,
    ],
    [
      'a variable that is not set',
      (config: JsonObject) => serversOf(config, { files: { ...FILES, env: { TOKEN: '${NOT_SET}' } } }),
      /NOT_SET/,
    ],
  ])('%s', async (_what, change: (config: JsonObject) => JsonObject | string, says) => {
    const operated = await Operated.open();
    const session = await operated.session();
    const config = parseStrictJson(readFileSync(operated.config, 'utf8')) as JsonObject;
    const changed = change(config);
    operated.workspace.write('writ.yaml', typeof changed === 'string' ? changed : JSON.stringify(changed));
    expect(await operated.gateway.reload()).toBe(false);
    const event = await operated.event('reload.failed');
    expect(event).toMatchObject({ level: 'error', text: expect.stringMatching(says) as string });
    expect((await session.call('echo', { text: 'still here' })).text).toContain('still here');
    expect(await toolsOf(operated)).toContain('echo');
    expect(await operated.metric('writ_reloads_total{what="configuration",result="failed"}')).toBeGreaterThan(
      0,
    );
  });

  test('policies that do not fit the tools of a new server', async () => {
    const operated = await Operated.open();
    const other = { ...waiting(operated.workspace), trusted: true } as JsonObject;
    operated.workspace.write(
      'writ/all.cedar',
      'permit (principal, action, resource) when { context.nothing };\n',
    );
    configure(operated, (config) => serversOf(config, { files: FILES, other }));
    expect(await operated.gateway.reload()).toBe(false);
    expect(await operated.event('reload.failed')).toMatchObject({
      text: expect.stringContaining('do not fit') as string,
    });
    expect(await toolsOf(operated)).not.toContain('"wait"');
  });
});

test('what is read at the start alone is named, and changes nothing', async () => {
  const operated = await Operated.open();
  configure(operated, (config) => ({ ...config, mode: 'permissive', agent: { id: 'another' } }));
  expect(await operated.gateway.reload()).toBe(true);
  expect(await operated.event('reload.needs-restart')).toMatchObject({
    text: 'changes of `mode`, `agent` take effect with the next start',
  });
});

test('another `gateway.auth` is refused whole, and nobody is let in or shut out by half', async () => {
  const operated = await Operated.open();
  const other = { ...waiting(operated.workspace), trusted: true } as JsonObject;
  configure(operated, (config) => ({
    ...serversOf(config, { files: FILES, other }),
    gateway: { ...(config['gateway'] as JsonObject), auth: { tokens: true } },
  }));
  expect(await operated.gateway.reload()).toBe(false);
  expect(await operated.event('reload.failed')).toMatchObject({
    level: 'error',
    text: expect.stringContaining('`gateway.auth` says another thing than at the start') as string,
  });
  expect(await toolsOf(operated)).not.toContain('"wait"');
});

test('a set that comes into force is told of, and is no warning', async () => {
  const operated = await Operated.open();
  operated.workspace.write(
    'writ/all.cedar',
    `${ALLOW_ALL}@id("more") permit (principal, action, resource);\n`,
  );
  await operated.gateway.reload();
  const told = operated.events.filter(({ text }) => JSON.stringify(text).includes('are in force'));
  expect(told).toMatchObject([{ level: 'info' }]);
});

test('policies are followed while it runs, and a broken one leaves the last good set in force', async () => {
  const operated = await Operated.open();
  const session = await operated.session();
  operated.workspace.write(
    'writ/all.cedar',
    `${ALLOW_ALL}forbid (principal, action == Action::"files/echo", resource);\n`,
  );
  await eventually(async () => (await session.call('echo', {})).text.includes('isError'));
  operated.workspace.write('writ/all.cedar', 'permit (');
  await operated.gateway.reload();
  expect((await session.call('echo', {})).text).toContain('isError');
  expect(await operated.metric('writ_reloads_total{what="policy",result="failed"}')).toBeGreaterThan(0);
});
