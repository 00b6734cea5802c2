// Writes the bill of materials of what Writ ships, as SPDX 2.3, and checks it: `node scripts/release/sbom.ts FILE`.
// npm lists the whole installed tree; what no published package needs (tools, the pinned Node) is taken out here, because npm's own
// `--omit dev` also takes out what both a tool and a package need.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Relationships whose first element comes along when the second is installed. */
const NEEDED = new Set(['DEPENDENCY_OF', 'OPTIONAL_DEPENDENCY_OF', 'PREREQUISITE_FOR']);

/** The parts of an SPDX 2.3 document that are checked. */
export type SpdxDocument = {
  readonly spdxVersion?: string;
  readonly dataLicense?: string;
  readonly SPDXID?: string;
  readonly name?: string;
  readonly documentNamespace?: string;
  readonly creationInfo?: { readonly created?: string; readonly creators?: readonly string[] };
  readonly packages?: readonly {
    readonly name: string;
    readonly SPDXID: string;
    readonly versionInfo?: string;
    readonly downloadLocation?: string;
    readonly checksums?: readonly unknown[];
  }[];
  readonly relationships?: readonly {
    readonly spdxElementId: string;
    readonly relatedSpdxElement: string;
    readonly relationshipType: string;
  }[];
};

/** What is wrong with a document that must name at least these packages; an empty list means nothing. */
export function sbomProblems(document: SpdxDocument, required: ReadonlyMap<string, string>): string[] {
  const packages = document.packages ?? [];
  const relationships = document.relationships ?? [];
  const known = new Set(['SPDXRef-DOCUMENT', ...packages.map(({ SPDXID }) => SPDXID)]);
  const problems: string[] = [];
  if (document.spdxVersion !== 'SPDX-2.3') problems.push(`spdxVersion is \`${document.spdxVersion}\``);
  if (document.dataLicense !== 'CC0-1.0') problems.push(`dataLicense is \`${document.dataLicense}\``);
  if (document.SPDXID !== 'SPDXRef-DOCUMENT') problems.push(`SPDXID is \`${document.SPDXID}\``);
  if (!document.name || !document.documentNamespace)
    problems.push('the document has no name or no namespace');
  if (!document.creationInfo?.created || !document.creationInfo.creators?.length)
    problems.push('nobody made it');
  if (!relationships.some(({ relationshipType }) => relationshipType === 'DESCRIBES'))
    problems.push('it describes nothing');
  if (known.size !== packages.length + 1) problems.push('two packages share an SPDXID');
  for (const { SPDXID, downloadLocation } of packages) {
    if (!/^SPDXRef-[A-Za-z0-9.-]+$/.test(SPDXID)) problems.push(`\`${SPDXID}\` is no SPDXID`);
    if (!downloadLocation) problems.push(`${SPDXID} has no downloadLocation`);
  }
  for (const { spdxElementId, relatedSpdxElement } of relationships) {
    for (const id of [spdxElementId, relatedSpdxElement])
      if (!known.has(id)) problems.push(`\`${id}\` is not a package`);
  }
  for (const [name, version] of required) {
    const found = packages.some((entry) => entry.name === name && entry.versionInfo === version);
    if (!found) problems.push(`${name} ${version} is shipped and not listed`);
  }
  return problems;
}

/** The document without the packages that none of `published` needs, directly or through others. */
export function shippedOnly(document: SpdxDocument, published: readonly string[]): SpdxDocument {
  const packages = document.packages ?? [];
  const relationships = document.relationships ?? [];
  const kept = new Set(packages.filter(({ name }) => published.includes(name)).map(({ SPDXID }) => SPDXID));
  for (const id of kept) {
    for (const { spdxElementId, relatedSpdxElement, relationshipType } of relationships) {
      if (relatedSpdxElement === id && NEEDED.has(relationshipType)) kept.add(spdxElementId);
    }
  }
  const described = relationships.filter(({ relationshipType }) => relationshipType === 'DESCRIBES');
  for (const { spdxElementId, relatedSpdxElement } of described)
    kept.add(spdxElementId).add(relatedSpdxElement);
  return {
    ...document,
    packages: packages.filter(({ SPDXID }) => kept.has(SPDXID)),
    relationships: relationships.filter(
      (edge) => kept.has(edge.spdxElementId) && kept.has(edge.relatedSpdxElement),
    ),
  };
}

type Manifest = { name: string; version: string; private?: boolean; dependencies?: Record<string, string> };

/** Every package that is published, and every one that it declares to need, with the exact versions that its package.json pins. */
function declaredPackages(manifests: readonly Manifest[]): ReadonlyMap<string, string> {
  return new Map(
    manifests.flatMap(({ name, version, dependencies }) => [
      [name, version] as const,
      ...Object.entries(dependencies ?? {}),
    ]),
  );
}

if (import.meta.main) {
  const args = ['sbom', '--sbom-format', 'spdx', '--loglevel=error'];
  const listed = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' })) as SpdxDocument;
  const manifests = globSync('packages/*/package.json', { cwd: ROOT })
    .map((path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest)
    .filter((manifest) => !manifest.private);
  const document = shippedOnly(
    listed,
    manifests.map(({ name }) => name),
  );
  const problems = sbomProblems(document, declaredPackages(manifests));
  for (const problem of problems) console.error(problem);
  const [file] = process.argv.slice(2);
  if (file) writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  console.log(`bill of materials: ${document.packages?.length ?? 0} packages, ${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}
