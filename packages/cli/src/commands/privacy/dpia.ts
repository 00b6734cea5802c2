/** `writ privacy dpia`: a data-protection impact assessment from what is configured. */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type AssessmentFacts, defaultDetectors, printAssessment, type StateReader } from '@writ/core';
import { type Configuration, policyScope, readRegister, type ServerConfiguration } from '@writ/gateway';
import { locate, type LocateOptions, readData, requireConfig } from '../../data/index.ts';
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
      writeFileSync(out, markdown, { mode: 0o600, flag: 'wx' });
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
    retention: [],
    destinations: (config.export ?? []).map(({ name, target, disclose }) => ({
      name,
      place: target.type,
      discloses: disclose,
    })),
    protections: protectionsOf(config),
    approvers: approvals.approvers.map(({ id }) => id),
  };
}

function placeOf(server: ServerConfiguration): string {
  return 'url' in server ? new URL(server.url).host : 'a program on this machine';
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
