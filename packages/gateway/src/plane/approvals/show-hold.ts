/** A hold as people at the control plane are shown it: exactly what would be done, without the secrets in it. */
import {
  defaultDetectors,
  type Hold,
  type HeldReads,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  readHeldAction,
  redact,
} from '@writ/core';

/** Longest arguments that leave the node, as JSON text in bytes; longer ones are approved at the node alone. */
const MAX_ARGS_BYTES = 64 * 1024;
/** What is taken out of arguments before they leave the node. */
const MASKED_KIND = 'secret';
/** Names whose values nobody needs to read to decide. */
const SECRET_NAME =
  /pass(?:word|phrase|wd)|secret|token|api[-_ ]?key|credential|authorization|cookie|private[-_ ]?key/i;
const MASK = '[masked]';
const DEPTH = 64;

/** The body of `POST /v1/node/holds`. Throws `log.corrupt` for a record that somebody altered. */
export function showHold(reads: Pick<HeldReads, 'reader' | 'keys'>, hold: Hold): JsonObject {
  const action = readHeldAction(reads, hold);
  const shown = maskArguments(action.args);
  const { definitionPin, ...beside } = action.digested;
  return {
    hold: action.reference,
    logNode: reads.keys.node,
    agent: action.agent,
    chain: action.chain,
    ...(action.person === undefined ? {} : { person: action.person }),
    method: action.method,
    targets: action.parts.map(({ action: { name }, resource: { type, id, server } }) => ({
      action: name,
      type,
      id,
      ...(server === undefined ? {} : { server }),
    })),
    ...shown,
    isChanged: action.isChanged,
    labels: action.labels,
    policies: hold.forbids.map(({ id, contentHash, approvers, quorum }) => ({
      id,
      contentHash,
      approvers,
      quorum,
    })),
    reasons: action.reasons,
    digest: hold.digest,
    policyHash: hold.policyHash,
    // With these whoever is asked computes the digest of what they are shown, and sees whether it is that which they sign.
    digested: { ...beside, ...(definitionPin === undefined ? {} : { definitionPin }) },
    requesters: hold.requesters,
    created: hold.created,
    expires: hold.expires,
  };
}

/** `args` without secrets, and how many places were masked; without `args` where they are too large, or where nobody can say what is in them. */
function maskArguments(args: JsonValue): { readonly args?: JsonObject; readonly masked: number } {
  try {
    const findings = defaultDetectors()
      .filter(({ kinds }) => kinds.includes(MASKED_KIND))
      .flatMap((detector) => detector.detect({ value: args, direction: 'arguments', target: '' }));
    // Text that no detector looked at may hold anything.
    if (findings.some(({ kind }) => kind === 'oversize')) return { masked: 0 };
    const { value, redactions } = redact(args, findings, [MASKED_KIND]);
    const counted = { count: 0 };
    const masked = maskNamed(value, counted, DEPTH);
    if (!isJsonObject(masked) || Buffer.byteLength(JSON.stringify(masked)) > MAX_ARGS_BYTES)
      return { masked: 0 };
    return {
      args: masked,
      masked: counted.count + Object.values(redactions).reduce((sum, one) => sum + one, 0),
    };
  } catch {
    return { masked: 0 };
  }
}

/** `isSecret`: it stands under such a name, at whatever depth. */
function maskNamed(value: JsonValue, counted: { count: number }, depth: number, isSecret = false): JsonValue {
  if (depth === 0) throw new RangeError('too deep');
  if (isSecret && (typeof value === 'string' || typeof value === 'number')) {
    counted.count += 1;
    return MASK;
  }
  if (Array.isArray(value))
    return value.map((item: JsonValue) => maskNamed(item, counted, depth - 1, isSecret));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      maskNamed(item, counted, depth - 1, isSecret || SECRET_NAME.test(name)),
    ]),
  );
}
