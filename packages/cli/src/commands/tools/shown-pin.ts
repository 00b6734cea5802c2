/** A pin as a person or a script is shown it. */
import { type JsonValue, type Pin, visible } from '@writ/core';
import { type Concern, createReview, defectOf, diffDefinitions, pinnedTools } from '@writ/gateway';
import { print, styled } from '../../terminal/index.ts';

/** How much of one value is shown, in UTF-16 units, where not all of it is asked for. */
const MAX_SHOWN = 2_000;
/** How many fields of one tool are shown, where not all are asked for. */
const MAX_FIELDS = 100;

/** What a review finds in `pin` among `all`; only what is not accepted is reviewed. */
export function concernsOf(pin: Pin, all: readonly Pin[], servers?: readonly string[]): readonly Concern[] {
  if (pin.status === 'accepted') return [];
  const defect = defectOf(pin.definition);
  if (defect !== undefined) return [defect];
  const company = all.filter(
    ({ server }) =>
      servers === undefined || servers.length === 0 || server === pin.server || servers.includes(server),
  );
  const review = createReview({
    server: pin.server,
    listed: new Set(all.filter(({ server }) => server === pin.server).map(({ tool }) => tool)),
    pinned: pinnedTools(company),
  });
  return review({ server: pin.server, name: pin.tool, definition: pin.definition });
}

/** The members of a tool in JSON output. */
export function summaryOf(pin: Pin, concerns: readonly Concern[]): Readonly<Record<string, unknown>> {
  const { accepted } = pin;
  return {
    tool: `${pin.server}/${pin.tool}`,
    status: pin.status,
    definition_hash: pin.definitionHash,
    accepted_hash: pin.status === 'accepted' ? pin.definitionHash : accepted?.definitionHash,
    concerns: concerns.length === 0 ? undefined : concerns,
    changes: accepted === undefined ? undefined : diffDefinitions(accepted.definition, pin.definition),
  };
}

/** Prints why `pin` is quarantined: what its review found, and what is new, field by field. `isFull` leaves nothing out. */
export function printPin(pin: Pin, concerns: readonly Concern[], isFull: boolean): void {
  const name = styled('bold', visible(`${pin.server}/${pin.tool}`));
  const { accepted } = pin;
  if (accepted === undefined)
    print(`${name} was never accepted (${short(pin.definitionHash)}); its definition:`);
  else {
    print(
      `${name} changed since it was accepted (${short(accepted.definitionHash)} → ${short(pin.definitionHash)}):`,
    );
  }
  for (const { kind, message } of concerns) print(styled('red', `  ! ${kind}: ${visible(message)}`));
  const changes = diffDefinitions(accepted?.definition ?? {}, pin.definition);
  const fields = isFull ? changes : changes.slice(0, MAX_FIELDS);
  for (const { path, kind, before, after } of fields) {
    const place = visible(path);
    if (accepted === undefined) print(`  ${place}: ${shown(after, isFull)}`);
    else {
      if (kind !== 'added') print(styled('red', `  - ${place}: ${shown(before, isFull)}`));
      if (kind !== 'removed') print(styled('green', `  + ${place}: ${shown(after, isFull)}`));
    }
  }
  if (fields.length < changes.length)
    print(`  … and ${changes.length - fields.length} more fields: ${fullOf(pin)}`);
  else if (!isFull && fields.some(({ before, after }) => isCut(before) || isCut(after))) {
    print(`  … not all of it is shown: ${fullOf(pin)}`);
  }
}

function fullOf(pin: Pin): string {
  return `writ tools diff ${visible(`${pin.server}/${pin.tool}`)} --full`;
}

function short(hash: string): string {
  return hash.slice(0, 12);
}

function shown(value: JsonValue | undefined, isFull: boolean): string {
  const text = JSON.stringify(value ?? null);
  if (isFull || !isCut(value)) return visible(text);
  return `${visible(text.slice(0, MAX_SHOWN))}… (${text.length - MAX_SHOWN} more characters)`;
}

function isCut(value: JsonValue | undefined): boolean {
  return value !== undefined && JSON.stringify(value).length > MAX_SHOWN;
}
