// A release that was touched in any way does not verify, and a bill of materials that lacks something is not one.
import { generateKeyPairSync, verify } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Build, signArtifacts, verifyArtifacts } from './artifacts.ts';
import { type Envelope, openEnvelope, sealEnvelope } from './envelope.ts';
import { sbomProblems, shippedOnly, type SpdxDocument } from './sbom.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const BUILD: Build = {
  repository: 'https://example.test/writ',
  commit: 'a'.repeat(40),
  builder: 'https://example.test/builder',
  finishedOn: '2026-01-01T00:00:00Z',
};

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  writeFileSync(at('core.tgz'), 'core');
  writeFileSync(at('cli.tgz'), 'cli');
  signArtifacts(folder, privateKey, BUILD);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what was signed verifies under the key the verifier brings', () => {
  expect(verifyArtifacts(folder, publicKey)).toEqual([]);
});

test('the provenance states repository, commit and builder', () => {
  const envelope = JSON.parse(readFileSync(at('provenance.dsse.json'), 'utf8')) as Envelope;
  const statement: unknown = JSON.parse(
    openEnvelope(envelope, 'application/vnd.in-toto+json', publicKey).toString(),
  );
  expect(statement).toMatchObject({
    subject: [{ name: 'cli.tgz' }, { name: 'core.tgz' }],
    predicate: {
      buildDefinition: { resolvedDependencies: [{ digest: { gitCommit: BUILD.commit } }] },
      runDetails: { builder: { id: BUILD.builder } },
    },
  });
});

describe('does not verify', () => {
  test.each<[string, () => void, string]>([
    [
      'a byte added to a file',
      () => appendFileSync(at('core.tgz'), ' '),
      'core.tgz is not the file that the provenance names',
    ],
    ['a file taken away', () => rmSync(at('core.tgz')), 'core.tgz is missing'],
    ['a file added', () => writeFileSync(at('extra.tgz'), ''), 'extra.tgz is not in the provenance'],
    ['a signature taken away', () => rmSync(at('core.tgz.sig')), 'core.tgz has no signature'],
    [
      'the signature of another file',
      () => renameSync(at('cli.tgz.sig'), at('core.tgz.sig')),
      'the signature of core.tgz does not verify',
    ],
    ['no provenance', () => rmSync(at('provenance.dsse.json')), 'provenance.dsse.json is missing'],
    [
      'everything signed again by another',
      () => signArtifacts(folder, other.privateKey, BUILD),
      'provenance.dsse.json: no signature of the envelope verifies under the given key',
    ],
  ])('%s', (_why, tamper, problem) => {
    tamper();
    expect(verifyArtifacts(folder, publicKey)).toContain(problem);
  });

  test('a signature over one type of document, shown as another', () => {
    const envelope = sealEnvelope('a', Buffer.from('x'), privateKey, publicKey);
    expect(() => openEnvelope({ ...envelope, payloadType: 'b' }, 'b', publicKey)).toThrow('no signature');
    expect(() => openEnvelope(envelope, 'b', publicKey)).toThrow('expected `b`');
  });
});

test('an envelope matches the published example of the protocol', () => {
  // DSSE protocol.md: PAE("http://example.com/HelloWorld", "hello world").
  const type = 'http://example.com/HelloWorld';
  const encoded = Buffer.from(`DSSEv1 29 ${type} 11 hello world`);
  const envelope = sealEnvelope(type, Buffer.from('hello world'), privateKey, publicKey);
  const plain = sealEnvelope('', new Uint8Array(), privateKey, publicKey);
  expect(envelope.payload).toBe('aGVsbG8gd29ybGQ=');
  expect(verifies(encoded, envelope)).toBe(true);
  expect(verifies(encoded, plain)).toBe(false);
});

describe('a bill of materials', () => {
  const FINE: SpdxDocument = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: 'writ',
    documentNamespace: 'urn:x',
    creationInfo: { created: '2026-01-01T00:00:00Z', creators: ['Tool: x'] },
    packages: [{ name: 'a', SPDXID: 'SPDXRef-a', versionInfo: '1.0.0', downloadLocation: 'NOASSERTION' }],
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relatedSpdxElement: 'SPDXRef-a', relationshipType: 'DESCRIBES' },
    ],
  };
  const REQUIRED = new Map([['a', '1.0.0']]);

  test('that lists what is shipped has no problem', () => {
    expect(sbomProblems(FINE, REQUIRED)).toEqual([]);
  });

  test.each<[string, SpdxDocument, string]>([
    ['another version of SPDX', { ...FINE, spdxVersion: 'SPDX-2.2' }, 'spdxVersion is `SPDX-2.2`'],
    [
      'a shipped package left out',
      { ...FINE, packages: [], relationships: [] },
      'a 1.0.0 is shipped and not listed',
    ],
    ['nothing described', { ...FINE, relationships: [] }, 'it describes nothing'],
    [
      'a relationship to nothing',
      {
        ...FINE,
        relationships: [
          { spdxElementId: 'SPDXRef-a', relatedSpdxElement: 'SPDXRef-b', relationshipType: 'X' },
        ],
      },
      '`SPDXRef-b` is not a package',
    ],
  ])('with %s is refused', (_why, document, problem) => {
    expect(sbomProblems(document, REQUIRED)).toContain(problem);
  });
});

test('what only tools need is left out, what a package needs through another stays', () => {
  const needs = (spdxElementId: string, relatedSpdxElement: string, relationshipType = 'DEPENDENCY_OF') => ({
    spdxElementId: `SPDXRef-${spdxElementId}`,
    relatedSpdxElement: `SPDXRef-${relatedSpdxElement}`,
    relationshipType,
  });
  const names = ['root', 'published', 'direct', 'indirect', 'tool', 'of-tool'];
  const document: SpdxDocument = {
    packages: names.map((name) => ({ name, SPDXID: `SPDXRef-${name}` })),
    relationships: [
      needs('DOCUMENT', 'root', 'DESCRIBES'),
      needs('published', 'root'),
      needs('direct', 'published'),
      needs('indirect', 'direct'),
      needs('indirect', 'tool'),
      needs('tool', 'root', 'DEV_DEPENDENCY_OF'),
      needs('of-tool', 'tool'),
    ],
  };
  const shipped = shippedOnly(document, ['published']);
  expect(shipped.packages?.map(({ name }) => name)).toEqual(['root', 'published', 'direct', 'indirect']);
  expect(shipped.relationships).toHaveLength(4);
});

function verifies(signed: Buffer, envelope: Envelope): boolean {
  return envelope.signatures.every(({ sig }) => verify(null, signed, publicKey, Buffer.from(sig, 'base64')));
}
