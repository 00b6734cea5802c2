/** Policies on disk: the folder of a policy set, or plain files of Cedar and packs. */
import {
  Fault,
  type LoadedPolicySet,
  type Mode,
  type PolicySetOptions,
  type PolicySource,
  setIdentity,
  type SetVersion,
  type ToolDefinition,
} from '@writ/core';
import { readPolicyFiles, type PolicyFiles } from './policy-files.ts';
import { isPolicySet, type PolicySetFolder, readPolicySet } from './policy-folder.ts';

/** Paths as one set: the folder of a policy set, or files and folders of policies. */
export type PolicyInput =
  | { readonly kind: 'set'; readonly folder: PolicySetFolder; readonly files: readonly PolicySource[] }
  | ({ readonly kind: 'files' } & PolicyFiles);

/** Reads `paths`. A policy set stands alone: another path beside it is refused. Throws as {@link readPolicySet} and {@link readPolicyFiles}. */
export function readPolicyInput(paths: readonly string[], base: string): PolicyInput {
  const set = paths.find(isPolicySet);
  if (set === undefined) return { kind: 'files', ...readPolicyFiles(paths, base) };
  if (paths.length > 1) {
    const hint = 'put the other policies into its folders';
    throw new Fault('policy.syntax', `\`${set}\` is a policy set, and other policies are named beside it`, {
      hint,
    });
  }
  const folder = readPolicySet(set, base);
  return { kind: 'set', folder, files: folder.files };
}

/** What loading `input` takes; `mode` holds where a manifest names none. */
export function inputOptions(
  input: PolicyInput,
  mode: Mode,
  tools: readonly ToolDefinition[] | undefined,
): PolicySetOptions {
  const rest = tools === undefined ? {} : { tools };
  if (input.kind === 'files') return { sources: input.cedar, packs: input.packs, mode, ...rest };
  const { manifest, sources, packs, entities } = input.folder;
  const { onError, links, limits, patterns, auditUntil } = manifest;
  return {
    sources,
    packs,
    mode: manifest.mode ?? mode,
    onError,
    links,
    entities,
    limits,
    patterns,
    ...rest,
    ...(auditUntil === undefined ? {} : { auditUntil }),
  };
}

/** The version of a set that was loaded; `undefined` for plain files, which have none. */
export function versionOf(
  input: PolicyInput,
  { policies, decisionPoint }: LoadedPolicySet,
): SetVersion | undefined {
  if (input.kind === 'files') return undefined;
  const { manifest, packs } = input.folder;
  const names = new Set(packs.map(({ name }) => name));
  const identity = setIdentity({
    policies: policies.filter(({ file }) => !names.has(file)),
    packs: packs.map(({ text }) => text),
    entitiesHash: decisionPoint.entitiesHash,
    manifest,
  });
  return { name: manifest.name, version: manifest.version, identity };
}
