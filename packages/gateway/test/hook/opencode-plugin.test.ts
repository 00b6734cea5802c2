/** Writ's plug-in for OpenCode, called as OpenCode calls it: it hands over objects, and goes on with those very objects (`session/tools.ts` of OpenCode). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pluginText } from '../../src/hook/install/index.ts';

interface Hooks {
  readonly 'tool.execute.before': (input: object, output: { readonly args: object }) => Promise<void>;
  readonly 'tool.execute.after': (input: object, output: object) => Promise<void>;
}

const PATIENCE_MS = 60_000;
const CALL = { tool: 'bash', sessionID: 's', callID: 'c' };

/** The plug-in over a hook that ends with `exitCode` and says `answer`. */
async function pluginOver(answer: object, exitCode = 0): Promise<Hooks> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-plugin-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const hook = join(folder, 'hook.cjs');
  writeFileSync(
    hook,
    `process.stdin.resume().on('end', () => {
      process.stderr.write('not this');
      process.stdout.write(${JSON.stringify(JSON.stringify(answer))}, () => process.exit(${exitCode}));
    });`,
  );
  const file = join(folder, 'writ.mjs');
  writeFileSync(file, pluginText([process.execPath, hook], ['/bin/true'], PATIENCE_MS));
  const { Writ } = (await import(pathToFileURL(file).href)) as {
    readonly Writ: (place: object) => Promise<Hooks>;
  };
  return Writ({ directory: folder, worktree: '/' });
}

const textResult = (): Record<string, unknown> => ({
  title: 'a',
  output: 'a secret',
  metadata: {},
  attachments: [{ url: 'data:image/png;base64,AAAA' }],
});
const listResult = (): Record<string, unknown> => ({
  content: [
    { type: 'text', text: 'a secret' },
    { type: 'image', data: 'AAAA', mimeType: 'image/png' },
  ],
  structuredContent: { secret: 'a secret' },
});

describe('OpenCode goes on', () => {
  test('with the arguments that policy changed, and not with those that it took out', async () => {
    const hooks = await pluginOver({ kind: 'allow', input: { command: 'confined' } });
    const args = { command: 'plain', timeout: 7 };
    await hooks['tool.execute.before'](CALL, { args });
    expect(args).toStrictEqual({ command: 'confined' });
  });

  test('with its own arguments where nothing was changed', async () => {
    const hooks = await pluginOver({ kind: 'allow' });
    const args = { command: 'plain' };
    await hooks['tool.execute.before'](CALL, { args });
    expect(args).toStrictEqual({ command: 'plain' });
  });

  test('with nothing where the call is denied', async () => {
    const hooks = await pluginOver({ kind: 'deny', reason: 'no' }, 2);
    await expect(hooks['tool.execute.before'](CALL, { args: {} })).rejects.toThrow('not this');
  });

  test.each([
    ['a text', textResult, { title: '', output: 'no', metadata: {} }],
    ['a list, as tools of MCP servers bring back,', listResult, { content: [{ type: 'text', text: 'no' }] }],
  ])('with %s that policy changed, and with nothing beside it', async (_what, make, changed) => {
    const hooks = await pluginOver({ kind: 'output', output: changed });
    const result = make();
    await hooks['tool.execute.after'](CALL, result);
    expect(result).toStrictEqual(changed);
  });

  test.each([
    ['a text', textResult],
    ['a list', listResult],
  ])('with %s as it was where policy lets it pass', async (_what, make) => {
    const hooks = await pluginOver({ kind: 'allow' });
    const result = make();
    await hooks['tool.execute.after'](CALL, result);
    expect(result).toStrictEqual(make());
  });

  test.each([
    ['a text', textResult, { title: 'withheld', output: 'not this', metadata: {} }],
    ['a list', listResult, { content: [{ type: 'text', text: 'not this' }] }],
  ])('with the reason alone in place of %s where the hook fails', async (_what, make, left) => {
    const hooks = await pluginOver({}, 1);
    const result = make();
    await hooks['tool.execute.after'](CALL, result);
    expect(result).toStrictEqual(left);
  });

  test('with the reason alone where what is to be shown is of another shape', async () => {
    const hooks = await pluginOver({ kind: 'output', output: { title: '', output: 'no', metadata: {} } });
    const result = listResult();
    await hooks['tool.execute.after'](CALL, result);
    expect(result).toStrictEqual({ content: [{ type: 'text', text: 'no' }] });
  });
});
