/** Reads entries of lists of domains and folders. */
import type { Place } from '../../language/index.ts';
import type { IssueList } from '../issues.ts';

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
/** `example.com`, `*.example.com`, an IPv4 address, or an IPv6 address in brackets. */
const DOMAIN = new RegExp(`^(?:(?:\\*\\.)?${LABEL}(?:\\.${LABEL}){0,126}|\\[[0-9a-f:.]{2,45}\\])$`);

/** A host as it is compared: small letters, whole labels; `*.` before it means all hosts below it, and not itself. */
export function readDomain(text: string, place: Place, issues: IssueList): string | undefined {
  if (text.length <= 253 && DOMAIN.test(text)) return text;
  const hint =
    text.length <= 253 && text !== text.toLowerCase() && DOMAIN.test(text.toLowerCase())
      ? text.toLowerCase()
      : undefined;
  return issues.refuse(
    place,
    `\`${text}\` is not a host such as \`example.com\` or \`*.example.com\``,
    hint === undefined ? undefined : `did you mean \`${hint}\`?`,
  );
}

/** A folder or file as it is compared: absolute, without `.` and `..`, without a `/` at the end. */
export function readFolder(text: string, place: Place, issues: IssueList): string | undefined {
  const path = text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text;
  const steps = path.split('/').slice(1);
  const isClean = path === '/' || steps.every((step) => step !== '' && step !== '.' && step !== '..');
  if (path.startsWith('/') && isClean && !path.includes('*')) return path;
  return issues.refuse(
    place,
    `\`${text}\` is not an absolute path without \`.\`, \`..\` and \`*\``,
    path.endsWith('/*') ? 'a folder covers everything below it' : undefined,
  );
}
