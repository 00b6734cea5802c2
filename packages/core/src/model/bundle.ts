/** What a node is governed by, as one signed document: policies, mode, who approves, whom to believe. Nothing that permits reaches a node in any other way. */
import { type ZodType, z } from 'zod';
import { isUlid } from '../kernel/index.ts';
import { idSchema, LONE_SURROGATE, isWellFormed, sha256HexSchema } from './parse.ts';
import { type Mode, MODES } from './verdict.ts';

/** Version tag of the document. */
export const BUNDLE_TYPE = 'writ/bundle/v1';
/** What its envelope says that it holds. */
export const BUNDLE_PAYLOAD_TYPE = 'application/vnd.writ.bundle+json';
/** Largest document in bytes, and largest envelope around it: base64 and signatures. */
export const MAX_BUNDLE_BYTES: number = 4 * 1024 * 1024;
export const MAX_ENVELOPE_BYTES: number = 6 * 1024 * 1024;
/** Most files of policies, and longest text of one in UTF-16 units. */
const MAX_FILES = 1_000;
const MAX_FILE_LENGTH = 1024 * 1024;
/** Longest and shortest age that a bundle may be given, in milliseconds. */
const MAX_AGE_MS = 366 * 86_400_000;
const MIN_AGE_MS = 60_000;
const MAX_PEOPLE = 1_000;
const MAX_NODES = 10_000;
const MAX_AGENTS = 5_000;
/** Most signatures of one bundle. */
export const MAX_SIGNERS = 8;

/**
 * What decides where nothing newer can be had. `fail_closed`: nobody is permitted anything while the control plane is out of reach. `cached_with_expiry`: the bundle, until it is older
 * than its `maxAge`. `cached_indefinite`: the bundle, however old. `default_policy`: the bundle until then, afterwards a policy that is built in and permits lists alone.
 */
export const OFFLINE_MODES = [
  'fail_closed',
  'cached_with_expiry',
  'cached_indefinite',
  'default_policy',
] as const;
export type OfflineMode = (typeof OFFLINE_MODES)[number];

/** A file of a policy set, `organisation/main.cedar`. */
export interface BundleFile {
  readonly path: string;
  readonly text: string;
}

/** Somebody who may approve. */
export interface BundleApprover {
  readonly id: string;
  /** Public key as a verifier is given it, `name+keyid+base64`, or that of a passkey, `passkey:KEYID:KEY:ORIGIN`. */
  readonly key: string;
  readonly groups: readonly string[];
  readonly person?: string | undefined;
}

/** The document. Instants are milliseconds since 1970. */
export interface Bundle {
  readonly type: typeof BUNDLE_TYPE;
  /** ULID. */
  readonly organisation: string;
  /** `production`. */
  readonly environment: string;
  /** ULID of the team that it is for; absent for every node of the environment without a team. */
  readonly team?: string | undefined;
  /** From 1; only ever grows, for each organisation, environment and team. */
  readonly version: number;
  /** SHA-256 of the document before it, in hexadecimal; absent for the first. */
  readonly previous?: string | undefined;
  readonly created: number;
  /** How long after `created` it may be relied on. */
  readonly maxAge: number;
  readonly offline: OfflineMode;
  /** Where the manifest of the policy set names none. */
  readonly mode: Mode;
  /** The policy set, its entities included; paths ascending. */
  readonly policies: readonly BundleFile[];
  /** Tools that the policies were checked against: `inputSchema` by `server/tool`. A tool of this name that takes other arguments is refused. */
  readonly tools?: Readonly<Record<string, unknown>> | undefined;
  readonly approvers: readonly BundleApprover[];
  /** Issuers whose tokens say who a person is; absent for those of the configuration. */
  readonly identityProviders?: readonly string[] | undefined;
  /** Ids of the agents that may act; absent for any. */
  readonly agents?: readonly string[] | undefined;
  /** ULIDs of the nodes that it is for; absent for any that is enrolled there. */
  readonly nodes?: readonly string[] | undefined;
  /** Ids of all keys that sign it, ascending: a signature that is taken away or added is seen. */
  readonly signers: readonly string[];
}

const ulid = z.string().refine(isUlid, 'is no ULID');
const text = (longest: number): z.ZodString => z.string().min(1).max(longest);
/** As it is written into Cedar. */
const agentId = z
  .string()
  .max(256)
  .regex(/^[^\p{Cc}\\"]+$/u, 'is no id of an agent');
/** Relative, without steps upward, and the same in every file system. */
const filePath = z
  .string()
  .max(300)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@ -]*(?:\/[A-Za-z0-9][A-Za-z0-9._@ -]*){0,3}$/,
    'is no path of a policy set',
  );

/** Fields of {@link Bundle}; unknown ones are refused. */
export const bundleSchema: ZodType<Bundle> = z.strictObject({
  type: z.literal(BUNDLE_TYPE),
  organisation: ulid,
  environment: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected small letters, digits and `-`'),
  team: ulid.optional(),
  version: z.int().min(1).max(1_000_000_000),
  previous: sha256HexSchema.optional(),
  created: z.int().min(0),
  maxAge: z.int().min(MIN_AGE_MS).max(MAX_AGE_MS),
  offline: z.enum(OFFLINE_MODES),
  mode: z.enum(MODES),
  policies: z
    .array(
      z.strictObject({
        path: filePath,
        text: z.string().max(MAX_FILE_LENGTH).refine(isWellFormed, LONE_SURROGATE),
      }),
    )
    .min(1)
    .max(MAX_FILES)
    .refine((files) => isAscending(files.map(({ path }) => path)), 'has files out of order or twice'),
  tools: z.record(z.string().max(300), z.record(z.string(), z.unknown())).optional(),
  approvers: z
    .array(
      z.strictObject({
        id: idSchema,
        key: text(600),
        groups: z.array(idSchema).max(100),
        person: idSchema.optional(),
      }),
    )
    .max(MAX_PEOPLE),
  identityProviders: z
    .array(z.url({ protocol: /^https?$/ }).max(500))
    .max(100)
    .optional(),
  agents: z.array(agentId).max(MAX_AGENTS).optional(),
  nodes: z.array(ulid).max(MAX_NODES).optional(),
  signers: z
    .array(z.string().regex(/^[0-9a-f]{16}$/, 'is no key id'))
    .min(1)
    .max(MAX_SIGNERS)
    .refine(isAscending, 'has key ids out of order or twice'),
});

/** Whether each is after the one before it. */
function isAscending(texts: readonly string[]): boolean {
  return texts.every((one, index) => index === 0 || one > (texts[index - 1] ?? ''));
}
