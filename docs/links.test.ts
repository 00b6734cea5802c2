// Documents: every link within the checkout leads somewhere, and every guide is found from the README.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const DOCUMENTS = [
  ...readdirSync(ROOT),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((path) => join('docs', path)),
].filter((path) => path.endsWith('.md'));

const read = (path: string): string =>
  readFileSync(join(ROOT, path), 'utf8').replace(/^```[\s\S]*?^```/gm, '');

/** Files that `path` links to, and the anchors in them. */
function linksOf(path: string): readonly { link: string; to: string; anchor: string | undefined }[] {
  return [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file = '', anchor] = link.split('#');
    const to = file === '' ? path : relative(ROOT, resolve(ROOT, dirname(path), file));
    return [{ link, to, anchor }];
  });
}

/** Anchors of headings, as GitHub makes them. */
function anchorsOf(path: string): readonly string[] {
  return [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

test('every link leads to a file that is there, and to a heading in it', () => {
  const broken = DOCUMENTS.flatMap((path) =>
    linksOf(path)
      .filter(({ to, anchor }) => {
        if (!existsSync(join(ROOT, to))) return true;
        return anchor !== undefined && to.endsWith('.md') && !anchorsOf(to).includes(anchor);
      })
      .map(({ link }) => `${path}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('every guide is named in the README, but for those of single clients', () => {
  const named = new Set(linksOf('README.md').map(({ to }) => to));
  const guides = DOCUMENTS.filter((path) => path.startsWith('docs/guide/') && !/\/client-(?!sdk)/.test(path));
  expect(guides.filter((path) => !named.has(path))).toEqual([]);
});
