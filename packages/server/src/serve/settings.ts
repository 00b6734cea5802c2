/** `writ-server.yaml`: what the operator of a control plane decides. No secret stands in it. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Fault } from '@writ/core';
import { type ListenAddress, type PlacedValue, readAddress, readYaml } from '@writ/gateway';
import { z } from 'zod';
import { FACTS_KEEP_MS } from '../facts/index.ts';
import { IDENTITY_PROVIDER, type IdentityProviderSettings } from '../identity-providers/index.ts';
import { NAME } from '../people/index.ts';
import type { Keeps } from '../plane.ts';

/** The configuration of a control plane, as it stands in the folder where it is started. */
export const SERVER_FILE = 'writ-server.yaml';
/** Its data folder, where none is named. */
const DATA_FOLDER = '.writ-server';
const LISTEN: ListenAddress = { host: '127.0.0.1', port: 7380 };

/** A secret by reference: the name of an environment variable, or a file of mode 0600. */
export type SecretPlace = { readonly env: string } | { readonly file: string };

/** What a control plane is started with; paths are absolute. */
export interface ServerSettings {
  readonly listen: ListenAddress;
  /** As clients reach it; absent where that is the address it listens at. */
  readonly url?: string;
  /** Files in PEM; the key of mode 0600. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly data: string;
  /** Absent: log and tables lie in the data folder. */
  readonly log?: { readonly postgres: { readonly url: SecretPlace; readonly schema?: string } };
  readonly identityProviders: readonly IdentityProviderSettings[];
  /** Hosts that channels may reach although they are not public, as a mail server of one's own. */
  readonly privateHosts: readonly string[];
  /** The key with which the server answers approvals for whoever is signed in; absent: it answers for nobody. */
  readonly attestation?: SecretPlace;
  /** What is founded where nothing stands yet. */
  readonly organisation: {
    readonly name: string;
    readonly administrator: { readonly name: string; readonly email?: string | undefined };
  };
  /** How long what is only looked at stays, in milliseconds. */
  readonly keeps: Keeps;
  /** Where Prometheus reads, on the loopback interface; absent for nowhere. */
  readonly metrics?: ListenAddress;
  /** How long what nodes disclosed of their entries is kept, in milliseconds. */
  readonly factsKeepMs: number;
  /** How it ends, in milliseconds: not ready for `notice` while it still answers, then `grace` for what is under way. */
  readonly drain: { readonly noticeMs: number; readonly graceMs: number };
}

const TEXT = z.string().min(1).max(4_096);
const ADDRESS = TEXT.transform((text, context) => {
  const address = readAddress(text);
  if (address !== undefined) return address;
  context.addIssue('HOST:PORT, such as `127.0.0.1:7380`; port 0 takes a free one');
  return z.NEVER;
});
const HOST = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.:-]*[a-z0-9])?$/, 'the name or the address of a host, in small letters');
const VARIABLE = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'the name of an environment variable');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longest that is named of what is only looked at: a century. */
const MOST_DAYS = 36_500;
/** A little over a year: what nodes disclosed stays no longer. */
const MOST_FACT_DAYS = 400;
/** How long something is kept, from an hour on. */
const keepUpTo = (mostDays: number) =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,4}[hd]$/, 'hours or days, such as `12h` or `30d`')
    .transform((text) => Number(text.slice(0, -1)) * (text.endsWith('d') ? DAY_MS : HOUR_MS))
    .refine((keepMs) => keepMs <= mostDays * DAY_MS, `at most ${mostDays} days`);
const SECONDS = z.int().min(0).max(600);
const FILE = z.strictObject({
  listen: ADDRESS.default(LISTEN),
  url: z
    .url()
    .max(500)
    .refine((text) => text.replace(/\/$/, '') === new URL(text).origin, 'an address without a path')
    .optional(),
  tls: z.strictObject({ cert: TEXT, key: TEXT }).optional(),
  data: TEXT.default(DATA_FOLDER),
  log: z
    .strictObject({
      postgres: z
        .strictObject({
          urlEnv: VARIABLE.optional(),
          urlFile: TEXT.refine(
            (text) => !text.includes('://'),
            'a file of mode 0600 that holds the connection string',
          ).optional(),
          schema: z
            .string()
            .regex(/^(?!pg_)[a-z_][a-z0-9_]{0,39}$/, 'lower-case letters, digits and `_`, at most 40')
            .optional(),
        })
        .refine(
          ({ urlEnv, urlFile }) => (urlEnv === undefined) !== (urlFile === undefined),
          'one of `urlEnv` and `urlFile`',
        ),
    })
    .optional(),
  identityProviders: z.array(IDENTITY_PROVIDER).max(20).default([]),
  channels: z.strictObject({ privateHosts: z.array(HOST).max(50).default([]) }).default({ privateHosts: [] }),
  attestation: z
    .strictObject({ keyEnv: VARIABLE.optional(), keyFile: TEXT.optional() })
    .refine(
      ({ keyEnv, keyFile }) => (keyEnv === undefined) !== (keyFile === undefined),
      'one of `keyEnv` and `keyFile`; the key itself stands in no configuration',
    )
    .optional(),
  approvals: z.strictObject({ keep: keepUpTo(MOST_DAYS).optional() }).default({}),
  receipts: z.strictObject({ keep: keepUpTo(MOST_DAYS).optional() }).default({}),
  organisation: z
    .strictObject({
      name: NAME,
      administrator: z.strictObject({ name: NAME, email: z.email().max(254).optional() }),
    })
    .default({ name: 'Organisation', administrator: { name: 'Administrator' } }),
  metrics: ADDRESS.optional(),
  facts: z
    .strictObject({ keep: keepUpTo(MOST_FACT_DAYS).default(FACTS_KEEP_MS) })
    .default({ keep: FACTS_KEEP_MS }),
  drain: z
    .strictObject({ notice: SECONDS.default(0), grace: SECONDS.default(10) })
    .default({ notice: 0, grace: 10 }),
});

/** The settings in the file at `path`. Throws `config.not-found`, `config.syntax`, `config.invalid` with the place. */
export function loadServerSettings(path: string): ServerSettings {
  const file = resolve(path);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const hint = `write one, or start without it: \`writ server start --data ${DATA_FOLDER}\``;
    throw new Fault('config.not-found', `cannot read \`${file}\``, { file, hint }, { cause });
  }
  // A file that was cut off before its first word is no wish for what stands in none.
  if (text.trim() === '')
    throw new Fault('config.syntax', `\`${file}\` is empty`, {
      file,
      hint: 'write what was to stand there, or remove it: without one everything is as by default',
    });
  return parseServerSettings(text, file);
}

/** The settings in `text`, which stands in `file`; of nothing, the defaults. */
export function parseServerSettings(text: string, file: string): ServerSettings {
  const placed = text.trim() === '' ? undefined : readYaml(text, file);
  const result = FILE.safeParse(placed === undefined ? {} : plain(placed));
  if (!result.success) throw problemOf(result.error, placed, file);
  const { log, tls, url, metrics, facts, drain, data, channels, attestation, approvals, receipts, ...rest } =
    result.data;
  const folder = dirname(file);
  const at = (name: string): string => resolve(folder, name);
  const identityProviders = rest.identityProviders.map((one) =>
    one.clientSecretFile === undefined ? one : { ...one, clientSecretFile: at(one.clientSecretFile) },
  );
  return {
    ...rest,
    identityProviders,
    privateHosts: channels.privateHosts,
    keeps: {
      ...(approvals.keep === undefined ? {} : { approvalsMs: approvals.keep }),
      ...(receipts.keep === undefined ? {} : { receiptsMs: receipts.keep }),
    },
    data: at(data),
    factsKeepMs: facts.keep,
    drain: { noticeMs: drain.notice * 1000, graceMs: drain.grace * 1000 },
    ...(url === undefined ? {} : { url: new URL(url).origin }),
    ...(tls === undefined ? {} : { tls: { cert: at(tls.cert), key: at(tls.key) } }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(attestation === undefined
      ? {}
      : { attestation: secretAt(attestation.keyEnv, attestation.keyFile, at) }),
    ...(log === undefined ? {} : { log: { postgres: placeOf(log.postgres, at) } }),
  };
}

function placeOf(
  {
    urlEnv,
    urlFile,
    schema,
  }: {
    readonly urlEnv?: string | undefined;
    readonly urlFile?: string | undefined;
    readonly schema?: string | undefined;
  },
  at: (name: string) => string,
): NonNullable<ServerSettings['log']>['postgres'] {
  return { url: secretAt(urlEnv, urlFile, at), ...(schema === undefined ? {} : { schema }) };
}

function secretAt(
  env: string | undefined,
  file: string | undefined,
  at: (name: string) => string,
): SecretPlace {
  return env === undefined ? { file: at(file ?? '') } : { env };
}

function plain(value: PlacedValue): unknown {
  switch (value.kind) {
    case 'map':
      return Object.fromEntries([...value.entries].map(([name, entry]) => [name, plain(entry.value)]));
    case 'list':
      return value.items.map(plain);
    case 'scalar':
      return value.value;
    default:
      return value satisfies never;
  }
}

/** What belongs in a place, by the checker’s word for it. */
const KINDS: Readonly<Record<string, string>> = {
  object: 'fields, `name: value`',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
};

function words(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `nobody knows \`${issue.keys.join('`, `')}\``;
  const kind = issue.code === 'invalid_type' ? KINDS[issue.expected] : undefined;
  return kind === undefined ? issue.message : `${kind} must stand here`;
}

/** The first thing that is wrong, where it stands. What stands there is not quoted: it may be a secret in the wrong place. */
function problemOf({ issues }: z.ZodError, placed: PlacedValue | undefined, file: string): Fault {
  const [issue] = issues;
  const path = issue?.path.map(String) ?? [];
  let at = placed;
  for (const part of path) {
    const inner =
      at?.kind === 'map'
        ? at.entries.get(part)?.value
        : at?.kind === 'list'
          ? at.items[Number(part)]
          : undefined;
    if (inner === undefined) break;
    at = inner;
  }
  const line = at?.place.line ?? 1;
  const name = path.join('.');
  return new Fault(
    'config.invalid',
    `${file}:${line}: ${name === '' ? '' : `\`${name}\`: `}${issue === undefined ? 'not as it must be' : words(issue)}`,
    { file, line, path: name },
  );
}
