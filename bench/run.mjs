// Runs the benches of an area against built code: `npm run bench` for all, `npm run bench -- append` for bench/append*.bench.*.
// Each bench is a process of its own that prints JSON lines `{ "name", "unit", "p50", … }`; this adds the file and, first, the machine.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem } from 'node:os';
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
  print({
    machine: cpus()[0]?.model ?? arch(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()}`,
    node: process.versions.node,
  });
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

function print(value) {
  console.log(JSON.stringify(value));
}
