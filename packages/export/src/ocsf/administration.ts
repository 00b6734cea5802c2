/** What people and programs do at a control plane: sign-ins as Authentication, changes of what it administers as Entity Management. */
import type { Entry } from '@writ/core';
import { changed, other } from './changed.ts';
import { AUTHENTICATION } from './classes.ts';
import type { EventSeverity, Frame, Said } from './event.ts';
import { nodeEndpoint } from './parties.ts';

const [CREATE, UPDATE, DELETE, ENROLL, ACTIVATE, DEACTIVATE, SUSPEND] = [1, 3, 4, 6, 10, 11, 12] as const;
/** Activities of Entity Management by the verb of the action; whatever has none is an update. */
const ACTIVITIES: Readonly<Record<string, number>> = {
  create: CREATE,
  open: CREATE,
  remove: DELETE,
  enrol: ENROLL,
  activate: ACTIVATE,
  deactivate: DEACTIVATE,
  suspend: SUSPEND,
};
const [LOGON, LOGOFF] = [1, 2] as const;
const [SUCCESS, FAILURE] = [1, 2] as const;
/** `auth_protocol_id`: OpenID, and 99 with a word. */
const PROTOCOL = { oidc: 4, passkey: 99, emergency: 99, link: 99, token: 99 } as const;

/** Who did it is a commitment, and not said. */
export function administrationSaid(
  frame: Frame,
  entry: Extract<Entry, { kind: 'administration' | 'sign_in' }>,
): readonly Said[] {
  return [entry.kind === 'sign_in' ? signInSaid(frame, entry) : administered(frame, entry)];
}

function administered(frame: Frame, entry: Extract<Entry, { kind: 'administration' }>): Said {
  const { action, object, organisation, actor } = entry.administration;
  const [noun = action, verb = ''] = action.split('.');
  const severity: EventSeverity = noun === 'stops' || noun === 'emergencies' ? 'high' : 'informational';
  return changed(frame, ACTIVITIES[verb] ?? UPDATE, severity, `the control plane: ${action}`, {
    entity: other(noun, object),
    unmapped: { action, organisation, actor },
  });
}

function signInSaid(frame: Frame, entry: Extract<Entry, { kind: 'sign_in' }>): Said {
  const { action, method, code } = entry.signIn;
  const isRefused = action === 'refuse';
  return {
    of: AUTHENTICATION,
    activity: action === 'sign_out' ? LOGOFF : LOGON,
    severity: isRefused ? 'medium' : method === 'emergency' ? 'high' : 'informational',
    message: `the control plane: ${action} by ${method}`,
    status: isRefused ? FAILURE : SUCCESS,
    ...(code === undefined ? {} : { statusCode: code }),
    more: {
      user: { name: 'undisclosed', type_id: 0 },
      service: { name: 'Writ', uid: frame.recorded.entry.producer.id },
      src_endpoint: nodeEndpoint(frame),
      is_remote: true,
      auth_protocol_id: PROTOCOL[method],
      ...(PROTOCOL[method] === 99 ? { auth_protocol: method } : {}),
    },
  };
}
