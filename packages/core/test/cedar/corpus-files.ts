/** The official corpus of Cedar: generated tests in an archive, hand-written ones beside it. */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { corpusPath } from '../../src/testing/index.ts';
import { type ExactJson, parseExactJson, Uid } from '../../src/policy/value/index.ts';

type Members = { readonly [name: string]: ExactJson };

/** One request of a test with what is right. */
export interface CorpusRequest {
  readonly description: string;
  readonly principal: Uid;
  readonly action: Uid;
  readonly resource: Uid;
  readonly context: Members;
  readonly decision: string;
  readonly reason: readonly string[];
  readonly errors: readonly string[];
}

/** One test. */
export interface CorpusTest {
  readonly name: string;
  readonly policies: string;
  readonly schema: string;
  readonly entities: readonly Members[];
  readonly shouldValidate: boolean;
  readonly requests: readonly CorpusRequest[];
}

/** All tests; empty where the corpus is not there, which was said aloud. */
export function corpusTests(): readonly CorpusTest[] {
  const folder = corpusPath('cedar');
  if (folder === undefined) return [];
  const unpacked = mkdtempSync(join(tmpdir(), 'writ-cedar-corpus-'));
  const { status } = spawnSync('tar', ['xzf', join(folder, 'corpus-tests.tar.gz'), '-C', unpacked]);
  if (status !== 0) throw new Error('the corpus could not be unpacked');
  const generated = globSync('corpus-tests/*.json', { cwd: unpacked })
    .filter((file) => !file.endsWith('.entities.json'))
    .sort()
    .map((file) => {
      const stem = join(unpacked, file.slice(0, -'.json'.length));
      const paths = {
        policies: `${stem}.cedar`,
        schema: `${stem}.cedarschema`,
        entities: `${stem}.entities.json`,
      };
      return readTest(join(unpacked, file), paths);
    });
  const written = globSync('tests/**/*.json', { cwd: folder })
    .sort()
    .map((file) => {
      const test = parseExactJson(readFileSync(join(folder, file), 'utf8')) as Members;
      const at = (key: string): string => join(folder, test[key] as string);
      return readTest(join(folder, file), {
        policies: at('policies'),
        schema: at('schema'),
        entities: at('entities'),
      });
    });
  return [...generated, ...written];
}

function readTest(
  file: string,
  paths: { readonly policies: string; readonly schema: string; readonly entities: string },
): CorpusTest {
  const test = parseExactJson(readFileSync(file, 'utf8')) as Members;
  return {
    name: basename(file),
    policies: readFileSync(paths.policies, 'utf8'),
    schema: readFileSync(paths.schema, 'utf8'),
    entities: parseExactJson(readFileSync(paths.entities, 'utf8')) as readonly Members[],
    shouldValidate: test['shouldValidate'] === true,
    requests: (test['requests'] as readonly Members[]).map(readRequest),
  };
}

function readRequest(json: Members): CorpusRequest {
  return {
    description: json['description'] as string,
    principal: uidOf(json['principal']),
    action: uidOf(json['action']),
    resource: uidOf(json['resource']),
    context: json['context'] as Members,
    decision: json['decision'] as string,
    reason: json['reason'] as readonly string[],
    errors: json['errors'] as readonly string[],
  };
}

function uidOf(json: ExactJson | undefined): Uid {
  const members = json as Members;
  const { type, id } = (members['__entity'] ?? members) as Members;
  return new Uid(type as string, id as string);
}
