/** `privacy`: the register of purposes, and what actions are for. */
import { resolve } from 'node:path';
import { PURPOSE_ID, SERVER_NAME } from '@writ/core';
import { invalid } from '../place.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { readFields, readList, readMap, readText } from '../shape.ts';
import type { PrivacyConfiguration } from './types.ts';

const FIELDS = ['purposes', 'purpose', 'servers', 'tools', 'claims', 'languages'];
const TOOL = /^[a-z0-9][a-z0-9-]{0,31}\/.{1,128}$/u;

/** Throws `config.invalid`. Whether the purposes are in the register is asked where it is read. */
export function parsePrivacy(value: PlacedValue, folder: string): PrivacyConfiguration {
  const fields = readFields(value, FIELDS);
  const purpose = fields.get('purpose');
  const servers = fields.get('servers');
  const tools = fields.get('tools');
  const claims = fields.get('claims');
  const languages = fields.get('languages');
  return {
    purposes: resolve(folder, readText(fields.need('purposes', 'write `purposes: purposes.yaml`'))),
    ...(purpose === undefined ? {} : { purpose: readPurpose(purpose) }),
    servers: servers === undefined ? {} : parseTargets(servers, SERVER_NAME, 'the name of a server'),
    tools: tools === undefined ? {} : parseTargets(tools, TOOL, '`server/tool`'),
    claims: claims === undefined ? [] : readList(claims).map(readPurpose),
    languages: languages === undefined ? [] : readList(languages).map(readText),
  };
}

function parseTargets(value: PlacedValue, shape: RegExp, what: string): Readonly<Record<string, string>> {
  const entries = [...readMap(value)].map(([name, entry]): [string, string] => {
    if (!shape.test(name)) throw invalid(entry.place, `\`${name.slice(0, 60)}\` is not ${what}`);
    return [name, readPurpose(entry.value)];
  });
  return Object.fromEntries(entries);
}

function readPurpose(value: PlacedValue): string {
  const text = readText(value);
  if (PURPOSE_ID.test(text)) return text;
  throw invalid(value.place, `\`${text.slice(0, 60)}\` is not the id of a purpose`, 'such as `support`');
}
