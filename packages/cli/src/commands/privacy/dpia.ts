/** `writ privacy dpia`: a data-protection impact assessment from what is configured. */
import { basename } from 'node:path';
import { defaultDetectors, type StateReader } from '@writ/core';
import { type AssessmentFacts, DEFAULT_RETENTION, type Keeping, printAssessment } from '@writ/core/records';
import {
  type Configuration,
  formatDuration,
  policyScope,
  readRegister,
  type ServerConfiguration,
} from '@writ/gateway';
import type { DestinationSettings } from '@writ/stream';
import { locate, type LocateOptions, readData, requireConfig, writeNewFile } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { printJson, remark, write } from '../../terminal/index.ts';

/** Prints the assessment, or writes it to a new file. */
export function dpia(options: LocateOptions & { readonly out?: string }): Promise<number> {
  const located = locate(options);
  const config = requireConfig(located);
  return readData(located.data, ({ state, reader }) => {
    const { markdown, hash, decisions } = printAssessment(factsOf(config, state, reader.origin));
    const { out } = options;
    if (out !== undefined) {
      writeNewFile(out, markdown);
      remark(`${out}, SHA-256 ${hash}; ${decisions.length} places are left to a person`);
    }
    if (options.json === true) printJson({ sha256: hash, decisions });
    else if (out === undefined) write(markdown);
    return EXIT_OK;
  });
}

function factsOf(config: Configuration, state: StateReader, origin: string): AssessmentFacts {
  const { agent, servers, mode, policies, privacy, approvals } = config;
  const { policyHash } = state.epochs(policyScope(config));
  return {
    origin,
    ...(privacy === undefined ? {} : { register: readRegister(privacy) }),
    agents: [agent.id],
    servers: servers.map((one) => ({ name: one.name, place: placeOf(one) })),
    tools: state
      .pins()
      .filter(({ status }) => status === 'accepted')
      .map(({ server, tool }) => `${server}/${tool}`),
    policies: {
      mode,
      ...(policyHash === undefined ? {} : { hash: policyHash }),
      files: policies.map((path) => basename(path)),
    },
    detectors: detectorsOf(config),
    retention: retentionOf(config),
    destinations: (config.export ?? []).map(({ name, target, disclose }) => ({
      name,
      place: destinationOf(target),
      discloses: disclose,
    })),
    protections: protectionsOf(config),
    approvers: approvals.approvers.map(({ id }) => id),
  };
}

function placeOf(server: ServerConfiguration): string {
  return 'url' in server ? new URL(server.url).host : 'a program on this machine';
}

function destinationOf(target: DestinationSettings['target']): string {
  const isNamed = target.type === 'webhook' && typeof target.url === 'string';
  return isNamed ? `${target.type}, ${new URL(target.url).host}` : target.type;
}

/** The floor, every class with a time of its own, and all others. */
function retentionOf({ retention }: Configuration): AssessmentFacts['retention'] {
  const { classes, defaultKeep } = retention?.settings ?? DEFAULT_RETENTION;
  const keeps = (keep: Keeping): string => (keep === 'keep' ? 'as long as the log' : formatDuration(keep));
  return [
    ...Object.entries(classes).map(([name, keep]) => ({ class: name, keeps: keeps(keep) })),
    { class: 'default', keeps: keeps(defaultKeep) },
  ];
}

function detectorsOf({ detectors }: Configuration): AssessmentFacts['detectors'] {
  return defaultDetectors()
    .map(({ id }) => ({ id, mode: Object.hasOwn(detectors, id) ? detectors[id] : 'block' }))
    .flatMap(({ id, mode }) => (mode === 'off' || mode === undefined ? [] : [{ id, mode }]));
}

function protectionsOf({ log, publish, witnesses, replicate, keys }: Configuration): readonly string[] {
  return [
    'Bodies are sealed with AES-256-GCM, a key for each; entries hold salted commitments alone',
    `The log is kept in ${log === undefined ? 'the data folder (SQLite)' : 'PostgreSQL'}`,
    `Witnesses: ${witnesses === undefined ? 'none' : 'cosign each published checkpoint'}`,
    `Published to ${publish === undefined ? 'no bucket' : 'an object store'}; mirrors: ${replicate.length}`,
    `Keys are wrapped by ${keys === undefined ? 'a key beside them, readable by its owner alone' : 'a configured key-encryption key'}`,
  ];
}
