/** Callers that were refused because nothing vouched for them: Authentication. */
import type { DecisionRecord, Entry, JsonObject } from '@writ/core';
import { API_ACTIVITY, AUTHENTICATION } from './classes.ts';
import { type Frame, MAX_INTEGER, type Said } from './event.ts';
import { aiOperation, nodeEndpoint, personOf } from './parties.ts';

const LOGON = 1;
const FAILURE = 2;
const BLOCKED = { action_id: 2, disposition_id: 2 };
/** Codes that are about who asks. */
const OF_IDENTITY = /^(?:auth|identity)\./;
/** `auth_protocol_id` by what was shown; 99 has a word of its own. */
const OAUTH = 6;

/** The refused sign-in behind a decision. */
export function authenticationRefused(frame: Frame, decision: DecisionRecord, correlation: string): Said {
  const { method } = decision.authentication;
  return {
    ...refused(decision.code ?? 'identity.unauthenticated'),
    correlation,
    profiles: ['ai_operation', 'security_control'],
    more: {
      ...aiOperation(frame, decision.initiator),
      ...signIn(frame),
      ...(method === 'oauth' ? { auth_protocol_id: OAUTH } : { auth_protocol_id: 99, auth_protocol: method }),
      ...BLOCKED,
    },
  };
}

/**
 * Refusals that were counted and not recorded one by one: those of callers as sign-ins that failed, all others as calls that were blocked. `count` is how often,
 * `unmapped.counts` by code.
 */
export function refusalsSaid(frame: Frame, entry: Extract<Entry, { kind: 'refusals' }>): readonly Said[] {
  const all = Object.entries(entry.refusals.counts);
  const ofIdentity = all.filter(([code]) => OF_IDENTITY.test(code));
  const others = all.filter(([code]) => !OF_IDENTITY.test(code));
  const counted = (counts: typeof all): JsonObject => ({
    count: Math.min(
      MAX_INTEGER,
      counts.reduce((sum, [, count]) => sum + count, 0),
    ),
    start_time: entry.refusals.since,
    end_time: entry.time,
    ...BLOCKED,
  });
  const signIns: readonly Said[] =
    ofIdentity.length === 0
      ? []
      : [
          {
            ...refused(onlyCode(ofIdentity) ?? 'identity'),
            profiles: ['security_control'],
            more: { ...signIn(frame), ...counted(ofIdentity) },
            unmapped: { counts: Object.fromEntries(ofIdentity) },
          },
        ];
  if (others.length === 0 && signIns.length > 0) return signIns;
  const code = onlyCode(others);
  return [
    ...signIns,
    {
      of: API_ACTIVITY,
      activity: 'refused',
      severity: 'low',
      message: 'calls refused before they were judged',
      status: FAILURE,
      ...(code === undefined ? {} : { statusCode: code }),
      profiles: ['security_control'],
      more: {
        actor: { app_name: 'unknown' },
        api: { operation: 'unknown', service: { name: 'Writ' } },
        src_endpoint: nodeEndpoint(frame),
        ...counted(others),
      },
      unmapped: { counts: Object.fromEntries(others) },
    },
  ];
}

function refused(code: string): Omit<Said, 'more'> {
  return {
    of: AUTHENTICATION,
    activity: LOGON,
    severity: 'medium',
    message: `a caller was refused (${code})`,
    status: FAILURE,
    statusCode: code,
  };
}

/** Who wanted in, where that was disclosed; nothing vouched for it. */
function signIn(frame: Frame): JsonObject {
  const { opened, recorded } = frame;
  const { agent, person } = opened;
  return {
    user:
      person === undefined
        ? { name: agent ?? 'unknown', type_id: agent === undefined ? 0 : 4 }
        : personOf(person),
    service: { name: 'Writ', uid: recorded.entry.producer.id },
    src_endpoint: nodeEndpoint(frame),
    is_remote: false,
  };
}

function onlyCode(counts: readonly (readonly [string, number])[]): string | undefined {
  return counts.length === 1 ? counts[0]?.[0] : undefined;
}
