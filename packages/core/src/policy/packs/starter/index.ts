/** Packs to start from, read from the data beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../kernel/index.ts';
import type { ToolDefinition } from '../../../model/index.ts';
import type { PolicySource } from '../../language/index.ts';
import { parseTools } from '../../parse-tools.ts';

/** Folders of the packs, by name; `extra` is whether there is Cedar beside the YAML. */
const PACKS = [
  { name: 'coding-agent', extra: true },
  { name: 'customer-support', extra: true },
  { name: 'data-analyst', extra: true },
  { name: 'finance', extra: true },
  { name: 'sre-kubernetes', extra: false },
  { name: 'browsing', extra: true },
  { name: 'email', extra: true },
] as const;

/** A pack to start from. Its tools and names are examples; the owner puts in their own. */
export interface StarterPack {
  readonly name: string;
  /** The YAML, for `compilePack`. */
  readonly pack: PolicySource;
  /** Cedar for what YAML does not say; loaded beside the compiled pack. */
  readonly extra?: PolicySource;
  /** The tools it is written for. */
  readonly tools: readonly ToolDefinition[];
  /** The same as text, for `parseTools`. */
  readonly toolsFile: PolicySource;
  /** Requests with the verdict and the policies they get, as YAML. */
  readonly cases: PolicySource;
}

/** All packs. Throws `policy.unreadable` where the package is not whole. */
export function starterPacks(): readonly StarterPack[] {
  return PACKS.map(({ name, extra }) => ({
    name,
    pack: readData(name, 'pack.yaml'),
    ...(extra ? { extra: readData(name, 'extra.cedar') } : {}),
    tools: parseTools(readData(name, 'tools.yaml')),
    toolsFile: readData(name, 'tools.yaml'),
    cases: readData(name, 'cases.yaml'),
  }));
}

function readData(name: string, file: string): PolicySource {
  try {
    const text = readFileSync(join(import.meta.dirname, name, file), 'utf8');
    return { name: `${name}/${file}`, text };
  } catch (cause) {
    throw new Fault('policy.unreadable', `the starter pack \`${name}\` has no \`${file}\``, {}, { cause });
  }
}
