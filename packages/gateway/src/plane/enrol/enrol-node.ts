/** Enrols this node: it makes its key itself, and shows the control plane the one-time code and that it holds its keys. */
import {
  createSigningKey,
  Fault,
  fromUtf8,
  isFault,
  isJsonObject,
  isUlid,
  type JsonObject,
  parseSigningKey,
  parseStrictJson,
  type Random,
  readKeyFile,
  signEnrolment,
  type SigningKey,
  singleLine,
  utf8,
  writeKeyFile,
} from '@writ/core';
import type { PlaneAnswer, PlaneClient } from '../plane-client.ts';

/** Longest answer read, in UTF-16 units, and longest reason that is repeated. */
const MAX_ANSWER_LENGTH = 65_536;
const MAX_REASON_LENGTH = 300;
/** Name of a node's key. */
const KEY_NAME = 'node';

/** What an enrolment needs. */
export interface EnrolOptions {
  /** To the control plane, without a proof: nobody is known yet. */
  readonly client: Pick<PlaneClient, 'send'>;
  /** The control plane as it calls itself: its origin. */
  readonly url: string;
  readonly code: string;
  /** File of the node's key; made where it is missing, and kept where it stands: an answer that was lost is asked for again with the same key. */
  readonly keyFile: string;
  /** Keys that sign this node's log. */
  readonly logKeys: readonly SigningKey[];
  readonly random: Random;
}

/** A mirror of the control plane, for the trust policy of the node. */
export interface PlaneMirrorLine {
  readonly name: string;
  readonly key: string;
  readonly url: string;
}

/** What the control plane says that this node is. */
export interface Enrolled {
  /** ULIDs. */
  readonly organisation: string;
  readonly node: string;
  readonly name: string;
  readonly environment: string;
  readonly team?: string;
  readonly agent?: string;
  /** Who takes this node's log. The keys that sign bundles come otherwise: from people, not from here. */
  readonly mirrors: readonly PlaneMirrorLine[];
}

/** Throws `upstream.protocol` with what the control plane said where it refused, `key.*` for the key file, and what the client throws. */
export async function enrolNode(options: EnrolOptions): Promise<Enrolled> {
  const { client, url, code, keyFile, logKeys, random } = options;
  // INVARIANT: on the disk before anybody knows it.
  const key = keyIn(keyFile, random);
  const { audience: _audience, ...signed } = signEnrolment(
    { audience: new URL(url).origin, code: code.trim() },
    key,
    logKeys,
  );
  const answer = await client.send({
    method: 'POST',
    path: '/v1/enrol',
    body: utf8(JSON.stringify(signed)),
  });
  return readEnrolled(answeredWith(answer, 'the control plane did not enrol this node'));
}

/** The key in `file`, made where none is. */
export function keyIn(file: string, random: Random): SigningKey {
  try {
    return parseSigningKey(readKeyFile(file));
  } catch (fault) {
    if (!isFault(fault, 'key.missing')) throw fault;
  }
  const { text } = createSigningKey(KEY_NAME, random);
  try {
    writeKeyFile(file, text);
  } catch (fault) {
    // Another process was first: its key is the node's.
    if (!isFault(fault, 'config.exists')) throw fault;
  }
  return parseSigningKey(readKeyFile(file));
}

/** The object in an answer. Throws `upstream.protocol` with `problem`, and with what the control plane said, for anything but success. */
export function answeredWith({ status, body }: PlaneAnswer, problem: string): JsonObject {
  const read = objectIn(body);
  if ((status === 200 || status === 201) && read !== undefined) return read;
  const detail = typeof read?.['detail'] === 'string' ? read['detail'] : `it answered ${status}`;
  throw new Fault('upstream.protocol', `${problem}: ${singleLine(detail).slice(0, MAX_REASON_LENGTH)}`, {
    status,
  });
}

function objectIn(body: Uint8Array): JsonObject | undefined {
  try {
    const value = parseStrictJson(fromUtf8(body), { maxLength: MAX_ANSWER_LENGTH, maxDepth: 8 });
    return isJsonObject(value) ? value : undefined;
  } catch (fault) {
    if (isFault(fault)) return undefined;
    throw fault;
  }
}

function readEnrolled(answer: JsonObject): Enrolled {
  const { organisation, node, name, environment, team, agent, mirrors } = answer;
  const isKnown =
    isUlidText(organisation) &&
    isUlidText(node) &&
    typeof name === 'string' &&
    typeof environment === 'string';
  if (!isKnown || !Array.isArray(mirrors))
    throw new Fault('upstream.protocol', 'the control plane answered something else than an enrolment');
  return {
    organisation,
    node,
    name,
    environment,
    ...(isUlidText(team) ? { team } : {}),
    ...(isUlidText(agent) ? { agent } : {}),
    mirrors: mirrors
      .filter(isJsonObject)
      .flatMap(({ name: of, key, url }) =>
        typeof of === 'string' && typeof key === 'string' && typeof url === 'string'
          ? [{ name: of, key, url }]
          : [],
      ),
  };
}

function isUlidText(value: unknown): value is string {
  return typeof value === 'string' && isUlid(value);
}
