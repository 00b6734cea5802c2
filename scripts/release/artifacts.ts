// Signing and verifying the files of a release: a detached Ed25519 signature beside each, and one provenance statement over all of them.
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Envelope, openEnvelope, sealEnvelope } from './envelope.ts';

const PROVENANCE_FILE = 'provenance.dsse.json';
const SIGNATURE_EXTENSION = '.sig';
const STATEMENT_MEDIA_TYPE = 'application/vnd.in-toto+json';
/** in-toto Statement v1 (github.com/in-toto/attestation) with the predicate of SLSA provenance v1. */
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';
/** Names the way a release is built; its parameters are the ones below. */
const BUILD_TYPE = 'urn:writ:release:v1';

/** How the files came about. `builder` is a URI that names who built them. */
export type Build = {
  readonly repository: string;
  readonly commit: string;
  readonly builder: string;
  /** ISO 8601. */
  readonly finishedOn: string;
};

type Statement = {
  readonly _type: string;
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: string;
  readonly predicate: unknown;
};

/** Signs every file of a folder and writes signatures and provenance beside them; returns the names signed. */
export function signArtifacts(folder: string, key: KeyObject, build: Build): string[] {
  const names = artifactsIn(folder);
  if (names.length === 0) throw new Error(`there is nothing to sign in \`${folder}\``);
  for (const name of names) {
    const signature = sign(null, readFileSync(join(folder, name)), key);
    writeFileSync(join(folder, name + SIGNATURE_EXTENSION), `${signature.toString('base64')}\n`);
  }
  const statement = statementOf(folder, names, build);
  const bytes = Buffer.from(JSON.stringify(statement));
  const envelope = sealEnvelope(STATEMENT_MEDIA_TYPE, bytes, key, createPublicKey(key));
  writeFileSync(join(folder, PROVENANCE_FILE), `${JSON.stringify(envelope)}\n`);
  return names;
}

/**
 * Checks a folder against the key that the verifier brings; an empty list means that every file is the one that was signed, that none was
 * added and none taken away. It does not say that the build was honest: that is the builder's word, in the provenance.
 */
export function verifyArtifacts(folder: string, publicKey: KeyObject): string[] {
  const statement = provenanceIn(folder, publicKey);
  if (typeof statement === 'string') return [statement];
  const named = new Map(statement.subject.map(({ name, digest }) => [name, digest.sha256]));
  const present = new Set(artifactsIn(folder));
  const missing = [...named.keys()].filter((name) => !present.has(name)).map((name) => `${name} is missing`);
  return [
    ...missing,
    ...[...present].flatMap((name) => problemsOf(folder, name, named.get(name), publicKey)),
  ];
}

function problemsOf(
  folder: string,
  name: string,
  expected: string | undefined,
  publicKey: KeyObject,
): string[] {
  if (expected === undefined) return [`${name} is not in the provenance`];
  const problems: string[] = [];
  if (sha256(join(folder, name)) !== expected)
    problems.push(`${name} is not the file that the provenance names`);
  const signature = readText(join(folder, name + SIGNATURE_EXTENSION));
  if (signature === undefined) problems.push(`${name} has no signature`);
  else if (!verify(null, readFileSync(join(folder, name)), publicKey, Buffer.from(signature, 'base64'))) {
    problems.push(`the signature of ${name} does not verify`);
  }
  return problems;
}

function provenanceIn(folder: string, publicKey: KeyObject): Statement | string {
  const text = readText(join(folder, PROVENANCE_FILE));
  if (text === undefined) return `${PROVENANCE_FILE} is missing`;
  try {
    const payload = openEnvelope(JSON.parse(text) as Envelope, STATEMENT_MEDIA_TYPE, publicKey);
    const statement = JSON.parse(payload.toString()) as Statement;
    const isKnown = statement._type === STATEMENT_TYPE && statement.predicateType === PREDICATE_TYPE;
    return isKnown ? statement : `${PROVENANCE_FILE} states something else than a build`;
  } catch (error) {
    return `${PROVENANCE_FILE}: ${(error as Error).message}`;
  }
}

function statementOf(folder: string, names: readonly string[], build: Build): Statement {
  return {
    _type: STATEMENT_TYPE,
    subject: names.map((name) => ({ name, digest: { sha256: sha256(join(folder, name)) } })),
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { repository: build.repository },
        resolvedDependencies: [{ uri: `git+${build.repository}`, digest: { gitCommit: build.commit } }],
      },
      runDetails: { builder: { id: build.builder }, metadata: { finishedOn: build.finishedOn } },
    },
  };
}

function artifactsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(
      (item) => item.isFile() && item.name !== PROVENANCE_FILE && !item.name.endsWith(SIGNATURE_EXTENSION),
    )
    .map(({ name }) => name)
    .sort();
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
