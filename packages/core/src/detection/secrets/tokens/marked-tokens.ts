/** Tokens known by a mark in their middle or by their frame: PEM keys, JWTs, Azure secrets, Mailchimp, Telegram and webhooks. */
import type { Severity } from '../../../model/index.ts';
import type { Recognised, ScannedText } from '../../text/index.ts';
import {
  ALPHANUMERIC,
  AT,
  COLON,
  DIGIT,
  EQUALS,
  HYPHEN,
  isClassAt,
  startOfRun,
  TILDE,
  UNDERSCORE,
  DOT,
  WORD,
} from '../../survey/index.ts';
import { isMasked } from '../randomness.ts';

type Report = (recognised: Recognised) => void;

/** A token that is recognised by `mark` somewhere inside it. */
interface MarkedFormat {
  readonly detail: string;
  readonly mark: string;
  /** A character of the mark that few texts have. */
  readonly needs: number;
  /** Classes of the characters before the mark. */
  readonly before: number;
  /** Most characters before the mark. */
  readonly reach: number;
  /** The whole token from its first character; sticky and bounded. */
  readonly pattern: RegExp;
  readonly severity: Severity;
}

const TOKEN: number = WORD | HYPHEN;

const MARKED_FORMATS: readonly MarkedFormat[] = [
  {
    detail: 'azure-client-secret',
    mark: 'Q~',
    needs: TILDE,
    before: TOKEN | DOT | TILDE,
    reach: 4,
    pattern: /[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])/y,
    severity: 'critical',
  },
  {
    detail: 'azure-storage-key',
    mark: 'AccountKey=',
    needs: EQUALS,
    before: 0,
    reach: 0,
    pattern: /AccountKey=[A-Za-z0-9+/]{86}==/y,
    severity: 'critical',
  },
  {
    detail: 'azure-sas',
    mark: 'sig=',
    needs: EQUALS,
    before: 0,
    reach: 0,
    pattern: /sig=[A-Za-z0-9%+/]{43,60}(?:%3[Dd]|=)/y,
    severity: 'high',
  },
  {
    detail: 'mailchimp-key',
    mark: '-us',
    needs: HYPHEN,
    before: ALPHANUMERIC,
    reach: 32,
    pattern: /[a-f0-9]{32}-us\d{1,2}(?![A-Za-z0-9])/y,
    severity: 'high',
  },
  {
    detail: 'telegram-token',
    mark: ':AA',
    needs: COLON,
    before: DIGIT,
    reach: 10,
    pattern: /\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/y,
    severity: 'high',
  },
  {
    detail: 'terraform-token',
    mark: '.atlasv1.',
    needs: DOT,
    before: ALPHANUMERIC,
    reach: 14,
    pattern: /[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}/y,
    severity: 'high',
  },
  {
    detail: 'teams-webhook',
    mark: 'webhook.office.com/webhookb2/',
    needs: AT,
    before: 0,
    reach: 0,
    pattern:
      /webhook\.office\.com\/webhookb2\/[A-Za-z0-9-]{36}@[A-Za-z0-9-]{36}\/IncomingWebhook\/[A-Za-z0-9]{32}\/[A-Za-z0-9-]{36}/y,
    severity: 'high',
  },
];

/** Reports tokens known by a mark inside them. */
export function findMarkedTokens({ text, survey }: ScannedText, report: Report): void {
  for (const format of MARKED_FORMATS) {
    if ((survey.classes & format.needs) === 0) continue;
    for (let at = text.indexOf(format.mark); at !== -1; at = text.indexOf(format.mark, at + 1)) {
      const start = startOfRun(text, at, format.before, Math.max(0, at - format.reach));
      // A longer run than the format allows is something else.
      if (format.reach > 4 && isClassAt(text, start - 1, format.before | UNDERSCORE)) continue;
      format.pattern.lastIndex = start;
      const match = format.pattern.exec(text);
      if (match === null || isMasked(match[0])) continue;
      report({
        kind: 'secret',
        detail: format.detail,
        severity: format.severity,
        confidence: 0.9,
        start,
        end: start + match[0].length,
      });
    }
  }
}

const PEM_BEGIN = '-----BEGIN ';
const PEM_END = '-----END ';
const PEM_HEADER: RegExp = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
const PEM_FOOTER: RegExp = /-----END [A-Z0-9 ]{1,40}-----/y;
/** The characters of a key's body: base64, line breaks as such or escaped, and the headers of old formats. */
const PEM_BODY: RegExp = /[A-Za-z0-9+/=\s\\:,"'.]{0,16384}/y;
/** A private key is longer than a placeholder: an Ed25519 key in PKCS #8 takes 64 characters. */
const SHORTEST_PEM_BODY = 48;

/** Reports private keys in PEM form (RFC 7468); one that is cut off counts as far as its body goes. */
export function findPrivateKeys({ text }: ScannedText, report: Report): void {
  let footer = -2;
  for (let at = text.indexOf(PEM_BEGIN); at !== -1; at = text.indexOf(PEM_BEGIN, at + PEM_BEGIN.length)) {
    PEM_HEADER.lastIndex = at;
    const header = PEM_HEADER.exec(text);
    if (header === null) continue;
    const body = at + header[0].length;
    // Searched for once per footer, so that many headers without one stay linear.
    if (footer !== -1 && footer < body) footer = text.indexOf(PEM_END, body);
    const next = text.indexOf(PEM_BEGIN, body);
    const closed = footer !== -1 && (next === -1 || footer < next);
    const end = closed ? endOfFooter(text, footer) : endOfBody(text, body);
    if ((closed ? footer : end) - body >= SHORTEST_PEM_BODY) {
      report({
        kind: 'secret',
        detail: 'private-key',
        severity: 'critical',
        confidence: 0.98,
        start: at,
        end,
      });
    }
    if (closed) at = Math.max(at, footer - PEM_BEGIN.length);
  }
}

function endOfFooter(text: string, footer: number): number {
  PEM_FOOTER.lastIndex = footer;
  return footer + (PEM_FOOTER.exec(text)?.[0].length ?? PEM_END.length);
}

function endOfBody(text: string, body: number): number {
  PEM_BODY.lastIndex = body;
  return body + (PEM_BODY.exec(text)?.[0].trimEnd().length ?? 0);
}
