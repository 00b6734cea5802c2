/** Addresses in texts. */
import type { UnresolvedCode } from '../codes.ts';

/** What an address names. */
export interface Address {
  readonly host: string;
  readonly port?: number;
  readonly scheme?: string;
}

/** `scheme://authority`; what follows the authority does not matter here. */
const URL_TEXT: RegExp = /([A-Za-z][A-Za-z0-9+.-]{0,31}):\/\/([^\s/?#"'<>|;()]*)/g;
/** Something that a shell or curl would still replace: what it gives is not known. */
const OPEN: RegExp = /[$`*{}]|\[(?![0-9A-Fa-f:.%]*\])/;

/** Every address in `text`, each as often as it stands there. */
export function hostsOfText(text: string, unresolved: readonly UnresolvedCode[]): readonly Address[] {
  const found: Address[] = [];
  if (!text.includes('://')) return found;
  for (const match of text.matchAll(URL_TEXT)) {
    const [whole, scheme = '', authority = ''] = match;
    if (scheme.toLowerCase() === 'file') continue;
    const isCut = unresolved.length > 0 && match.index + whole.length === text.length;
    // Readers disagree on which side of a backslash or of a second `@` the host stands.
    const isAmbiguous = /\\/.test(authority) || authority.split('@').length > 2;
    found.push(
      ...(isAmbiguous ? [ambiguous(scheme)] : []),
      addressOf(scheme, authority, isCut && OPEN.test(authority)),
    );
  }
  return found;
}

function ambiguous(scheme: string): Address {
  return { host: 'unresolved:ambiguous', scheme: scheme.toLowerCase() };
}

/** The host and port of an authority (`user@host:port`). */
export function addressOf(scheme: string | undefined, authority: string, isOpen = false): Address {
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  const named = scheme === undefined ? {} : { scheme: scheme.toLowerCase() };
  if (isOpen || OPEN.test(place)) return { host: 'unresolved:variable', ...named };
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d{0,5}))?$/.exec(place);
  if (match === null) return { host: canonical(place), ...named };
  const [, host = '', port = ''] = match;
  return { host: canonical(host), ...(port === '' ? {} : { port: Number(port) }), ...named };
}

/** As a URL would have it: lower case, ASCII, numbers as addresses; brackets and final dots cut. */
function canonical(host: string): string {
  const lower = host.toLowerCase();
  const read = URL.canParse(`http://${lower}`) ? new URL(`http://${lower}`).hostname : lower;
  return read.replace(/^\[(.*)\]$/, '$1').replace(/(?<=.)\.$/, '');
}
