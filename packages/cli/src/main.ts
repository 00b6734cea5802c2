// The `writ` command: for now only its version.
import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../package.json') as { version: string };
process.stdout.write(`${manifest.version}\n`);
