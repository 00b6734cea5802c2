/** A client that knows nothing of Writ: the inspector of the MCP project, on its command line. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { testTool } from '../../../scripts/testing/test-tools.ts';
import { ALLOW_ALL, Workspace } from './workspace.ts';

/** Four starts of a large program, each of which may meet a busy machine. */
const SLOW_MS = 300_000;

const run = promisify(execFile);
const inspector = testTool('@modelcontextprotocol/inspector');
const FILESYSTEM = fileURLToPath(
  import.meta.resolve('@modelcontextprotocol/server-filesystem/dist/index.js'),
);
const GATEWAY = fileURLToPath(new URL('./fixtures/gateway.ts', import.meta.url));

/** The program that the package names in `bin`. */
function program(folder: string): string {
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly bin: string | Readonly<Record<string, string>>;
  };
  return join(folder, typeof bin === 'string' ? bin : (Object.values(bin)[0] ?? ''));
}

test.skipIf(inspector === undefined)(
  'the inspector lists and calls the same through the gateway as directly',
  async () => {
    if (inspector === undefined) return;
    const workspace = new Workspace();
    const path = workspace.write('files/a.txt', 'hello');
    const direct = [process.execPath, FILESYSTEM, join(workspace.folder, 'files')];
    const config = workspace.configure('gateway', { files: { command: direct } }, ALLOW_ALL, {
      receipts: false,
    });
    const ask = async (server: readonly string[], ...args: readonly string[]): Promise<unknown> => {
      const { stdout } = await run(process.execPath, [
        program(inspector),
        '--cli',
        ...server,
        ...args,
        '--format',
        'json',
        '-q',
        '--connect-timeout',
        '300000',
      ]);
      return JSON.parse(stdout) as unknown;
    };
    const through = [process.execPath, GATEWAY, config];
    for (const args of [
      ['--method', 'tools/list'],
      ['--method', 'tools/call', '--tool-name', 'read_text_file', '--tool-arg', `path=${path}`],
    ]) {
      expect(await ask(through, ...args)).toStrictEqual(await ask(direct, ...args));
    }
  },
  SLOW_MS,
);
