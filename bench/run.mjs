// Runs the benches of an area against built code: `npm run bench` for all, `npm run bench -- log` for bench/*log*.bench.*.
// Each bench is a process of its own that prints JSON lines `{ "name", "params", "rate", "p50_us", … }`; this adds the file.
// The machine, and how busy it is before and after, go to standard error.
import { spawn, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';

/** Makes `@writ/*` mean the built code inside a bench: sources would measure type stripping as well. */
const BUILT = join(import.meta.dirname, 'built.mjs');

const area = process.argv[2] ?? '';
const files = globSync('*.bench.{mjs,ts}', { cwd: import.meta.dirname })
  .filter((file) => basename(file).includes(area))
  .sort();

if (files.length === 0) {
  console.error(`no bench matches \`${area}\``);
  process.exitCode = 1;
} else {
  noteMachine();
}

for (const file of files) {
  // One after another: two at once would measure each other.
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--import', BUILT, join(import.meta.dirname, file), ...process.argv.slice(3)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) print({ bench: file, ...JSON.parse(line) });
    else console.error(line);
  }
  const code = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
  if (code !== 0) {
    console.error(`${file} failed with ${code}`);
    process.exitCode = 1;
  }
}

if (files.length > 0) noteMachine();

/** A figure means little without the load it was taken under, and without what was measured. */
function noteMachine() {
  const machine = {
    machine: cpus()[0]?.model ?? arch(),
    cores: availableParallelism(),
    memory_mb: Math.round(totalmem() / 2 ** 20),
    system: `${process.platform} ${release()}`,
    node: process.versions.node,
    commit: commit(),
    load_average: loadavg().map((load) => Math.round(load * 100) / 100),
  };
  console.error(JSON.stringify(machine));
}

function print(value) {
  console.log(JSON.stringify(value));
}

/** The commit that is checked out; `+` where tracked files differ from it. */
function commit() {
  const { status, stdout } = spawnSync('git', ['describe', '--always', '--exclude', '*', '--dirty=+'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
}
