/** `plane` in `writ.yaml`. */
import { resolve } from 'node:path';
import { isFault, isUlid, parseTrustAnchors, type TrustAnchor } from '@writ/core';
import { invalid, placed } from '../place.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { readUrl } from '../read-url.ts';
import { readChoice, readFields, readList, readText } from '../shape.ts';
import { parseDiscloses } from './parse-discloses.ts';
import type { PlaneConfiguration } from './types.ts';

const FIELDS = [
  'url',
  'organisation',
  'node',
  'team',
  'environment',
  'key',
  'anchors',
  'ca',
  'pins',
  'offline',
  'discloses',
];
const ENVIRONMENT = /^[a-z][a-z0-9-]{0,31}$/;
const PIN = /^[A-Za-z0-9+/]{43}=$/;

/** Throws `config.invalid`, and `key.malformed` or `key.weak` for anchors. */
export function parsePlane(value: PlacedValue, folder: string): PlaneConfiguration {
  const fields = readFields(value, FIELDS);
  const [team, ca, pins, offline, discloses] = ['team', 'ca', 'pins', 'offline', 'discloses'].map((name) =>
    fields.get(name),
  );
  const environment = fields.need('environment', 'write `environment: production`');
  return {
    url: new URL(readUrl(fields.need('url', 'write `url: https://plane.example.org`'))).origin,
    organisation: readUlid(fields.need('organisation', 'as `writ enroll` printed it')),
    node: readUlid(fields.need('node', 'as `writ enroll` printed it')),
    ...(team === undefined ? {} : { team: readUlid(team) }),
    environment: readEnvironment(environment),
    keyFile: resolve(folder, readText(fields.need('key', 'name the file of the node’s key'))),
    anchors: readAnchors(
      fields.need('anchors', 'name the keys that sign policies, each `name+keyid+base64`'),
    ),
    ...(ca === undefined ? {} : { ca: resolve(folder, readText(ca)) }),
    ...(discloses === undefined ? {} : { discloses: parseDiscloses(discloses) }),
    pins: pins === undefined ? [] : readList(pins).map(readPin),
    offline: offline === undefined ? 'fail_closed' : readChoice(offline, ['fail_closed', 'default_policy']),
  };
}

function readUlid(value: PlacedValue): string {
  const text = readText(value);
  if (isUlid(text)) return text;
  throw invalid(value.place, `\`${text.slice(0, 60)}\` is no ULID`, 'as `writ enroll` printed it');
}

function readEnvironment(value: PlacedValue): string {
  const text = readText(value);
  if (ENVIRONMENT.test(text)) return text;
  throw invalid(value.place, `\`${text.slice(0, 60)}\` is no environment`, 'small letters, digits and `-`');
}

function readPin(value: PlacedValue): string {
  const text = readText(value);
  if (PIN.test(text)) return text;
  throw invalid(value.place, 'a pin is the SHA-256 of a public key, in base64');
}

function readAnchors(value: PlacedValue): readonly TrustAnchor[] {
  const texts = readList(value).map(readText);
  try {
    return parseTrustAnchors(texts);
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    throw placed(
      fault.code,
      value.place,
      fault.message,
      'as `writ key` prints it: `name+keyid+base64`',
      fault,
    );
  }
}
