/** `writ token create`. */
import { Fault, MAX_ID_LENGTH, systemClock, systemRandom } from '@writ/core';
import { createTokenText, type StoredToken, TokenFolder, tokenHash, tokenId } from '@writ/gateway';
import { locate, type Located, type LocateOptions, writeData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { instant, print, printJson, remark, visible } from '../../terminal/index.ts';

/** Flags of the command. */
export interface CreateOptions extends LocateOptions {
  readonly agent: string;
  readonly team?: string;
  readonly org?: string;
  readonly person?: string;
  readonly role: readonly string[];
  readonly scope: readonly string[];
  readonly note?: string;
  /** How long it counts, in milliseconds; absent for {@link DEFAULT_DAYS}. */
  readonly days?: number;
}

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;
/** How long a token counts where nothing is said: a quarter, so that nobody forgets that it does. */
export const DEFAULT_DAYS = 90;

/** Most roles and scopes of a token. */
const MAX_LIST = 64;
/** RFC 6749 §3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;

/** Makes a token, which only standard output ever sees. Recorded first: no token counts of which the log does not tell. */
export async function create(options: CreateOptions): Promise<number> {
  checkOptions(options);
  const { agent, team, org, person, note } = options;
  const text = createTokenText(systemRandom);
  const hash = tokenHash(text);
  const created = systemClock.now();
  const token: StoredToken = {
    id: tokenId(hash),
    hash: hash.toString('hex'),
    agent: {
      id: agent,
      ...(team === undefined ? {} : { team }),
      ...(org === undefined ? {} : { org }),
    },
    ...(person === undefined ? {} : { person: { id: person, roles: options.role } }),
    scopes: options.scope,
    ...(note === undefined ? {} : { note }),
    created,
    expires: created + (options.days ?? DEFAULT_DAYS * DAY_MS),
  };
  const located = locate(options);
  const receipt = await writeData(located, async ({ append }) => {
    const appended = await append(
      { kind: 'token', token: { action: 'create', id: token.id, expires: token.expires } },
      {
        committed: {
          agent,
          ...(person === undefined ? {} : { person }),
          ...(note === undefined ? {} : { words: note }),
        },
        concerns: person === undefined ? [] : [person],
      },
    );
    if (appended.status === 'refused')
      throw new Fault('log.conflict', `the log refused it (${appended.refusal})`);
    return appended.receipt;
  });
  new TokenFolder(located.data).add(token);
  if (options.json === true) printJson({ token: text, id: token.id, expires: token.expires, receipt });
  else {
    print(text);
    remark(
      `token ${token.id} is the agent \`${visible(agent)}\` until ${instant(token.expires)}, receipt ${receipt}`,
    );
    remark('it is shown this once; `writ token revoke` ends it');
  }
  const missing = missingFor(located, options);
  if (missing !== undefined) remark(`the gateway of this configuration lets nobody in by it: ${missing}`);
  return EXIT_OK;
}

/** Why the configured gateway would refuse the token; absent where it would not, and where no gateway is configured. */
function missingFor({ config }: Located, { scope }: CreateOptions): string | undefined {
  const auth = config?.gateway?.auth;
  if (auth === undefined) return undefined;
  if (auth.kind !== 'checked' || !auth.hasTokens) return '`gateway.auth.tokens` is not `true`';
  const absent = auth.scopes.all.filter((name) => !scope.includes(name));
  return absent.length === 0 ? undefined : `it asks for \`--scope ${absent.join(' --scope ')}\``;
}

function checkOptions({ agent, team, org, person, role, scope, note }: CreateOptions): void {
  for (const [flag, text] of [
    ['agent', agent],
    ['team', team],
    ['org', org],
    ['person', person],
    ['note', note],
    ...role.map((name) => ['role', name] as const),
  ] as const) {
    if (text === undefined || isName(text)) continue;
    throw usage(`\`--${flag}\` is no name`, `1 to ${MAX_ID_LENGTH} characters without control characters`);
  }
  if (person === undefined && role.length > 0)
    throw usage('`--role` is of a person', 'name them with `--person`');
  if (role.length > MAX_LIST || scope.length > MAX_LIST)
    throw usage('too many are named', `at most ${MAX_LIST}`);
  if (!scope.every((name) => SCOPE.test(name)))
    throw usage('`--scope` is no scope', 'printable characters without spaces, quotes and backslashes');
}

function isName(text: string): boolean {
  return text !== '' && text.length <= MAX_ID_LENGTH && text.isWellFormed() && !/\p{Cc}/u.test(text);
}

function usage(problem: string, hint: string): Fault {
  return new Fault('cli.usage', problem, { hint });
}
