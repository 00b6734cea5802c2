/** The files of a developer, as far as actions look at them. */
import { posix } from 'node:path';
import type { HookFiles } from '../../src/hook/actions/index.ts';

export const HOME = '/home/dev';
export const PROJECT = '/home/dev/project';

const MANIFEST = JSON.stringify({
  name: 'project',
  scripts: {
    pretest: 'npm run lint',
    test: 'vitest run',
    build: 'rm -rf dist && tsc -p tsconfig.json',
    lint: 'eslint src',
    typecheck: 'tsc --noEmit',
    dev: 'vite dev',
    clean: 'rm -rf ~/.cache/project ../shared',
    loop: 'npm run loop',
  },
});
const SETTINGS = `[core]
\trepositoryformatversion = 0
[remote "origin"]
\turl = git@github.com:dev/project.git
\tfetch = +refs/heads/*:refs/remotes/origin/*
[remote "mirror"]
\turl = https://git.evil.example/project.git
`;

/** A file system with these files and links, and every folder above them. */
export function developerFiles(
  more: Readonly<Record<string, string>> = {},
  links: Readonly<Record<string, string>> = {},
): HookFiles {
  const texts: Readonly<Record<string, string>> = {
    [`${PROJECT}/package.json`]: MANIFEST,
    [`${PROJECT}/.git/config`]: SETTINGS,
    [`${PROJECT}/src/index.ts`]: '',
    [`${PROJECT}/packages/web/package.json`]: JSON.stringify({ scripts: { build: 'vite build' } }),
    [`${HOME}/.ssh/id_ed25519`]: '',
    ...more,
  };
  const there = new Set(['/']);
  for (const path of [...Object.keys(texts), ...Object.keys(links)])
    for (let at = path; at !== '/'; at = posix.dirname(at)) there.add(at);
  return {
    look(path) {
      const target = links[path];
      if (target !== undefined) return { is: 'link', target };
      return { is: there.has(path) ? 'there' : 'absent' };
    },
    readText: (path, maxBytes) => {
      const text = texts[path];
      return text === undefined || text.length > maxBytes ? undefined : text;
    },
    spelled: (path) => path,
  };
}
