// What is shipped to run a gateway by: the unit, the container file and the configuration to start from.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '@writ/gateway';

const HERE = import.meta.dirname;
const read = (...path: string[]): string => readFileSync(join(HERE, ...path), 'utf8');
const ANALYZE = 'systemd-analyze';
/** Tenths of a point: what systemd calls OK ends at 4.9, and the unit stands at 1.6 in version 252. */
const MOST_EXPOSED = 25;

function has(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

describe('the unit of systemd', () => {
  const unit = read('systemd', 'writ-gateway.service');

  test('is one that systemd takes without a word', (context) => {
    if (!has(ANALYZE)) return context.skip(`there is no ${ANALYZE} here: the unit was not verified`);
    const folder = mkdtempSync(join(tmpdir(), 'writ-unit-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    // The command that it starts has to be there.
    const writ = join(folder, 'writ');
    writeFileSync(writ, '#!/bin/sh\n');
    chmodSync(writ, 0o755);
    const file = join(folder, 'writ-gateway.service');
    writeFileSync(file, unit.replace('/usr/local/bin/writ', writ));
    const { status, stdout, stderr } = spawnSync(ANALYZE, ['verify', '--man=no', file], { encoding: 'utf8' });
    expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
  });

  test('leaves the service little of the machine', (context) => {
    if (!has(ANALYZE)) return context.skip(`there is no ${ANALYZE} here: the unit was not rated`);
    const file = join(HERE, 'systemd', 'writ-gateway.service');
    const flags = ['security', '--offline=yes', `--threshold=${MOST_EXPOSED}`, '--no-pager', file];
    const { status, stdout, stderr } = spawnSync(ANALYZE, flags, { encoding: 'utf8' });
    expect({ status, stderr, stdout }).toMatchObject({ status: 0 });
  });

  test.each([
    ['a user of its own', 'DynamicUser=yes'],
    ['nothing written but its state', 'ProtectSystem=strict'],
    ['no privilege that it could gain', 'NoNewPrivileges=yes'],
    ['state that nobody else reads', 'StateDirectoryMode=0700'],
    ['a start that waits until it is ready', 'Type=notify'],
    ['words of another process than itself, through which it speaks', 'NotifyAccess=all'],
    ['no memory on disk after a crash', 'LimitCORE=0'],
    ['files enough for as many connections as it takes', 'LimitNOFILE=65536'],
  ])('gives it %s', (_what, line) => {
    expect(unit.split('\n')).toContain(line);
  });

  test('waits longer for its end than the gateway takes by itself', () => {
    const seconds = Number(/^TimeoutStopSec=(\d+)s$/m.exec(unit)?.[1]);
    const { gateway } = parseConfig(read('writ.yaml'), '/etc/writ/writ.yaml');
    const { announceMs = 0, finishMs = 0 } = gateway?.drain ?? {};
    expect(seconds * 1_000).toBeGreaterThan(announceMs + finishMs + 10_000);
  });
});

describe('the container file', () => {
  const file = read('container', 'Containerfile');
  const final = file.slice(file.lastIndexOf('\nFROM '));

  test.each([
    ['runs as a number that is not root', /^USER 10001:10001$/m],
    ['is asked whether it lives', /^HEALTHCHECK [\s\S]*127\.0\.0\.1:8641\/livez/m],
    ['is ended as a service is', /^STOPSIGNAL SIGTERM$/m],
    ['writes to its state alone', /^VOLUME \["\/var\/lib\/writ"\]$/m],
    ['tells machines what happens', /"--log", "json"\]$/m],
  ])('%s', (_what, line) => {
    expect(final).toMatch(line);
  });

  test('is built from images of one release, and runs no scripts of packages', () => {
    const images = [...file.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(images).toEqual(['debian:13-slim', 'debian:13-slim']);
    for (const [command] of file.matchAll(/npm (?:ci|install)[^\\]*/g))
      expect(command).toContain('--ignore-scripts');
  });

  test('holds no secret', () => {
    expect(file).not.toMatch(/(?:TOKEN|SECRET|PASSWORD|KEY)=/);
  });

  test('is one that a builder takes', (context) => {
    const builder = ['podman', 'buildah'].find(has);
    if (builder === undefined || process.env['WRIT_CONTAINER_BUILD'] === undefined)
      return context.skip(
        'no container was built: set WRIT_CONTAINER_BUILD where podman or buildah and their images are',
      );
    const args = ['build', '-f', join(HERE, 'container', 'Containerfile'), join(HERE, '..')];
    expect(spawnSync(builder, args, { encoding: 'utf8' })).toMatchObject({ status: 0 });
  }, 1_800_000);
});

test('the configuration to start from is one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'writ-deploy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'policies'));
  const { gateway } = parseConfig(read('writ.yaml'), join(folder, 'writ.yaml'));
  expect(gateway).toMatchObject({
    listen: { host: '0.0.0.0', port: 8640 },
    auth: { kind: 'checked', hasTokens: true },
    log: { form: 'json' },
  });
});
