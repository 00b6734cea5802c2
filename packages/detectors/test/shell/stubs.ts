/** A folder in which real bash can run made-up commands: its programs only write down that they were started. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STUBS } from './generator.ts';

/** A program that bash started. */
export interface Started {
  readonly cwd: string;
  readonly argv: readonly string[];
}

/** What ends an entry, written with it in one piece. */
const END = '=end=';

/** Real programs that the texts may use: all they do is start others, or copy their input. */
const REAL = ['bash', 'sh', 'env', 'nice', 'timeout', 'xargs', 'cat', 'find'];

export class Bench {
  readonly root: string = mkdtempSync(join(tmpdir(), 'writ-shell-'));
  readonly #log = join(this.root, 'log');
  readonly #stubs = join(this.root, 'stubs');
  get work(): string {
    return join(this.root, 'work');
  }
  get home(): string {
    return join(this.root, 'home');
  }
  get path(): string {
    return this.#stubs;
  }

  /** What both bash and the analysis know at the start. */
  get env(): Readonly<Record<string, string>> {
    return { PATH: this.#stubs, HOME: this.home, x: 'ls', y: 'rm -f', a: 'r', b: 'm', zz: '', BIN: './bin' };
  }

  constructor() {
    mkdirSync(this.#stubs);
    mkdirSync(this.home);
    for (const name of STUBS) this.#stub(join(this.#stubs, name), name);
    for (const name of REAL) {
      const found = spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
      symlinkSync(found, join(this.#stubs, name));
    }
  }

  #stub(path: string, name: string): void {
    const says = { out: 'echo rm f1', fail: 'exit 1' }[name] ?? ':';
    writeFileSync(
      path,
      `#!/bin/sh\nprintf '%s\\0' "$PWD" "\${0##*/}" "$@" '${END}' >> ${this.#log}\n${says}\n`,
    );
    chmodSync(path, 0o755);
  }

  /** What bash starts for `text`, in a fresh folder. */
  run(text: string): readonly Started[] {
    rmSync(this.work, { recursive: true, force: true });
    mkdirSync(join(this.work, 'sub/deep'), { recursive: true });
    mkdirSync(join(this.work, 'bin'));
    for (const name of ['rm', 'ls']) this.#stub(join(this.work, 'bin', name), name);
    for (const name of ['f1', 'f2', 'one.c', 'two.c', 'sub/g'])
      writeFileSync(join(this.work, name), 'rm from-file\n');
    writeFileSync(join(this.work, 'prog'), 'rm');
    writeFileSync(join(this.work, 'code'), 'x=git\nrm sourced\n');
    symlinkSync('sub/deep', join(this.work, 'link'));
    writeFileSync(this.#log, '');
    spawnSync('/bin/bash', ['--norc', '--noprofile', '-c', text], {
      cwd: this.work,
      env: this.env,
      input: '',
      timeout: 5000,
      killSignal: 'SIGKILL',
    });
    return readFileSync(this.#log, 'utf8')
      .split(`\0${END}\0`)
      .filter((entry) => entry !== '')
      .map((entry) => {
        const [cwd = '', ...argv] = entry.split('\0');
        return { cwd, argv };
      });
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
