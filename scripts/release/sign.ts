// Signs a release: `node scripts/release/sign.ts FOLDER`. The Ed25519 private key comes as PEM in WRIT_RELEASE_KEY, so that it never lies
// on the disk of a build machine; repository, commit and builder come from the flags.
import { createPrivateKey } from 'node:crypto';
import { parseArgs } from 'node:util';
import { signArtifacts } from './artifacts.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repository: { type: 'string' },
    commit: { type: 'string' },
    builder: { type: 'string' },
  },
});
const [folder] = positionals;
const pem = process.env['WRIT_RELEASE_KEY'];
if (!folder || !pem || !values.repository || !values.commit || !values.builder) {
  console.error('usage: WRIT_RELEASE_KEY=… sign.ts FOLDER --repository URL --commit SHA --builder URI');
  process.exit(64);
}
const { repository, commit, builder } = values;
const names = signArtifacts(folder, createPrivateKey(pem), {
  repository,
  commit,
  builder,
  finishedOn: new Date().toISOString(),
});
for (const name of names) console.log(`signed ${name}`);
