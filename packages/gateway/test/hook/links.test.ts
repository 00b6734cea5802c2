/** Where paths lead: links, missing files, folders above. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createHookActions, type HookFiles } from '../../src/hook/actions/index.ts';
import { ADAPTERS } from '../../src/hook/hosts/index.ts';
import { developerFiles, HOME, PROJECT } from './developer-files.ts';
import { bash, parts } from './parts-of.ts';
import { payloadOf } from './payload-of.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('links', () => {
  const linked = (links: Readonly<Record<string, string>>): HookFiles => developerFiles({}, links);

  test('a path is where its links lead', async () => {
    const files = linked({
      [`${PROJECT}/notes`]: '../.ssh',
      [`${PROJECT}/a`]: `${PROJECT}/notes/id_ed25519`,
    });
    expect(await bash('cat notes/id_ed25519', files)).toContain(
      `file/read ${HOME}/.ssh/id_ed25519 link outside`,
    );
    expect(await parts('claude-code', 'Write', { file_path: 'a' }, files)).toContain(
      `file/write ${HOME}/.ssh/id_ed25519 link outside`,
    );
  });

  test('a link to a file that is not there yet is followed, because writing makes that file', async () => {
    const files = linked({ [`${PROJECT}/a`]: `${HOME}/.bashrc` });
    expect(await bash('echo x > a', files)).toContain(`file/write ${HOME}/.bashrc link outside`);
  });

  test('a link that is deleted is itself', async () => {
    const files = linked({ [`${PROJECT}/a`]: HOME });
    expect(await bash('rm a', files)).toContain(`file/delete ${PROJECT}/a`);
    expect(await bash('rm -rf a/', files)).toContain(`file/delete ${PROJECT}/a`);
    expect(await bash('rm -rf a/x', files)).toContain(`file/delete ${HOME}/x link outside`);
  });

  test('`..` behind a link is read both ways', async () => {
    const files = linked({ [`${PROJECT}/a`]: '/srv/deep/folder' });
    const found = await bash('cat a/../b', files);
    expect(found).toContain(`file/read ${PROJECT}/b`);
    expect(found).toContain('file/read /srv/deep/b link outside');
  });

  test('links in a circle and files of processes stay open', async () => {
    const files = linked({ [`${PROJECT}/a`]: 'b', [`${PROJECT}/b`]: 'a' });
    expect((await bash('cat a', files)).join('\n')).toContain('link-loop');
    expect(await bash('cat /proc/self/root/etc/passwd')).toContain(
      'file/read /proc/self/root/etc/passwd outside process-file',
    );
  });

  test('on a real file system', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'writ-links-')));
    folders.push(folder);
    mkdirSync(join(folder, 'project'));
    writeFileSync(join(folder, 'secret'), '');
    symlinkSync('../secret', join(folder, 'project/link'));
    symlinkSync(join(folder, 'project'), join(folder, 'alias'));
    const cwd = join(folder, 'alias');
    const payload = {
      ...payloadOf('claude-code', 'Bash', { command: 'cat link; cat own; cat none/x' }),
      cwd,
    };
    const event = ADAPTERS['claude-code'].read(payload, { cwd });
    const { parts: found } = await createHookActions({ home: folder }).action(event);
    const files = found.filter(({ resource }) => resource.type === 'file');
    expect(
      files.map(({ resource, args }) => [resource.id, args?.['in_workspace'], args?.['through_link']]),
    ).toEqual([
      [join(folder, 'secret'), false, true],
      [join(folder, 'project/own'), true, true],
      [join(folder, 'project/none/x'), true, true],
    ]);
  });
});
