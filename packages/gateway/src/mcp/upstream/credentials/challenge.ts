/** What a server says of the credential it wants (RFC 9110 §11.6.1, RFC 6750 §3, RFC 9449 §9, RFC 9728 §5.1). Its words decide what is tried, and stand in no fault. */

/** Longest header that is read, in UTF-16 units; what follows is not there. */
const MAX_LENGTH = 8_192;
const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
/** A parameter, or else the scheme of the next challenge. */
const PART = new RegExp(
  `[\\s,]*(?:(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))|(${TOKEN})(?=[\\s,]|$))`,
  'y',
);

/** A refusal, as far as somebody who shows tokens can do something about it. */
export interface Challenge {
  /** RFC 6750 §3.1, such as `insufficient_scope`. */
  readonly error?: string;
  /** Scopes that would do, with spaces between. */
  readonly scope?: string;
  /** Where the metadata of the resource is. */
  readonly resourceMetadata?: string;
}

/** The first challenge for `Bearer` or `DPoP` in the values of `WWW-Authenticate`; empty where there is none. */
export function readChallenge(header: string | readonly string[] | undefined): Challenge {
  const text = (typeof header === 'string' ? header : (header ?? []).join(', ')).slice(0, MAX_LENGTH);
  const found = challengesIn(text).filter(({ scheme }) => scheme === 'bearer' || scheme === 'dpop');
  const [first] = found;
  // A server that takes both may say so twice; the one with an error says more.
  const { parameters } = found.find((one) => one.parameters.has('error')) ?? first ?? { parameters: NONE };
  const [error, scope, resourceMetadata] = ['error', 'scope', 'resource_metadata'].map((name) =>
    parameters.get(name),
  );
  return {
    ...(error === undefined ? {} : { error }),
    ...(scope === undefined ? {} : { scope }),
    ...(resourceMetadata === undefined ? {} : { resourceMetadata }),
  };
}

const NONE: ReadonlyMap<string, string> = new Map();

function challengesIn(text: string): readonly { scheme: string; parameters: Map<string, string> }[] {
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  for (let at = 0; ; at = PART.lastIndex) {
    PART.lastIndex = at;
    const match = PART.exec(text);
    if (match === null) return found;
    const [, name, quoted, bare, scheme] = match;
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    else if (name !== undefined) {
      const value = bare ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1');
      found.at(-1)?.parameters.set(name.toLowerCase(), value);
    }
  }
}
