// Verifies a release: `node scripts/release/verify.ts FOLDER PUBLIC_KEY.pem`. The key must come from somewhere else than the folder.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { verifyArtifacts } from './artifacts.ts';

const [folder, keyFile] = process.argv.slice(2);
if (!folder || !keyFile) {
  console.error('usage: verify.ts FOLDER PUBLIC_KEY.pem');
  process.exit(64);
}
const problems = verifyArtifacts(folder, createPublicKey(readFileSync(keyFile)));
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? 'verified: every file is the one that was signed' : 'NOT verified');
process.exitCode = problems.length === 0 ? 0 : 1;
