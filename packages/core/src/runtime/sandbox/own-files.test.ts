/** Writ's own files beside what a sandbox is given: what nothing could keep as it is, keeps the sandbox from being made. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makePlace, type Place } from './fixtures.ts';
import { requireKept } from './own-files.ts';

const endings: (() => unknown)[] = [];
afterAll(() => {
  for (const end of endings) end();
});

function place(): Place {
  const made = makePlace();
  endings.push(() => made.remove());
  return made;
}

/** What is said of `path`, below a folder that can be written to. */
function said(at: Place, path: string, write: readonly string[] = [at.folder]): string {
  try {
    requireKept({ folder: at.folder, write, read: [] }, [{ path, access: 'read' }]);
    return 'kept';
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}

describe('a file of Writ’s own in a folder that can be written to', () => {
  test('is kept where it stands itself', () => {
    const at = place();
    expect(said(at, at.hidden)).toBe('kept');
  });

  test.each([
    ['it is a link', 'writ.yaml', 'writ.yaml'],
    ['a folder above it is a link', 'links/writ.yaml', 'links'],
  ])('keeps the sandbox from being made where %s, which could be replaced', (_what, name, link) => {
    const at = place();
    writeFileSync(join(at.outside, 'writ.yaml'), 'policies: []');
    symlinkSync(link === name ? join(at.outside, 'writ.yaml') : at.outside, join(at.folder, link));
    expect(said(at, join(at.folder, name))).toContain(`holds the link \`${join(at.folder, link)}\``);
  });

  test('is found behind a link outside that leads through another one inside', () => {
    const at = place();
    mkdirSync(join(at.folder, 'real'));
    writeFileSync(join(at.folder, 'real/writ.yaml'), 'policies: []');
    symlinkSync('real', join(at.folder, 'middle'));
    symlinkSync(join(at.folder, 'middle'), join(at.outside, 'first'));
    expect(said(at, join(at.outside, 'first/writ.yaml'))).toContain(join(at.folder, 'middle'));
  });

  test('keeps the sandbox from being made where it is missing, which could be made', () => {
    const at = place();
    expect(said(at, join(at.folder, 'policies/more'))).toContain(
      `\`${join(at.folder, 'policies')}\` is missing`,
    );
  });

  test.each([
    ['a link', (at: Place) => symlinkSync(at.secret, join(at.outside, 'link')), 'link'],
    ['missing', () => {}, 'nowhere'],
  ])('may be %s where nobody inside can write', (_what, make, name) => {
    const at = place();
    make(at);
    expect(said(at, join(at.outside, name))).toBe('kept');
    expect(said(at, join(at.folder, name), [])).toBe('kept');
  });
});
