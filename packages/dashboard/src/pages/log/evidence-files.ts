/** A receipt as files that are checked elsewhere, and the commands that check them. */
import type { FieldShown } from '@writ/core/proof';

/** One file to keep. */
export interface EvidenceFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is kept. */
export interface Kept {
  /** Exact bytes, in standard base64. */
  readonly entry: string;
  readonly proof: string;
  readonly origin: string;
  readonly index: number;
  readonly disclosed: readonly FieldShown[];
}

/** The proof and the entry as they are, and both with what was disclosed as `writ log disclose` writes it. */
export function evidenceFiles({ entry, proof, origin, index, disclosed }: Kept): {
  readonly proof: EvidenceFile;
  readonly entry: EvidenceFile;
  readonly disclosure?: EvidenceFile;
} {
  const name = fileName(origin, index);
  const files = {
    proof: { name: `${name}.tlog-proof`, type: 'text/plain', bytes: utf8(proof) },
    entry: {
      name: `${name}.json`,
      type: 'application/json',
      bytes: Uint8Array.from(atob(entry), (unit) => unit.charCodeAt(0)),
    },
  };
  if (disclosed.length === 0) return files;
  const document = { type: 'writ/disclosure/v1', entry, proof, fields: disclosed };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  return {
    ...files,
    disclosure: { name: `${name}.disclosure.json`, type: 'application/json', bytes: utf8(text) },
  };
}

/** A trust policy (c2sp.org/tlog-policy) of one log, whose own signature is enough. `writ witness verify` takes it. */
export function trustPolicy(logKey: string): string {
  return `log ${logKey}\nquorum none\n`;
}

/** The commands that check the files of a receipt where `policy.txt` holds {@link trustPolicy}. Names of logs are not of a shell's making: they are made plain. */
export function commandsOf({ origin, index, disclosed }: Kept): readonly string[] {
  const name = fileName(origin, index);
  return [
    `writ witness verify ${name}.tlog-proof --entry ${name}.json --policy policy.txt`,
    ...(disclosed.length === 0
      ? []
      : [`writ log check-disclosure ${name}.disclosure.json --policy policy.txt`]),
  ];
}

/** Letters, digits, `.`, `-` and `_` alone: nothing that a shell, or a file system, takes for something else. */
function fileName(origin: string, index: number): string {
  const plain = origin
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 60);
  return `${plain === '' ? 'log' : plain}-${index}`;
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}
