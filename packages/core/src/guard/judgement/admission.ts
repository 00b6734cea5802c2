/** Step 4 of the line, and what of it is asked again before a result is delivered: refusals that no policy makes or lifts. */
import type { ActionRequest, Check, Part, PolicyDecisionPoint, StateReader } from '../../model/index.ts';
import { admit } from '../../runtime/index.ts';
import type { Refusal } from './decisions.ts';
import type { Line } from '../line.ts';
import { registerRefusal } from './purpose.ts';
import type { Facts, IdentifiedAction } from './trip.ts';

/** Resources whose ids are names of files, or may be. */
const FILE_LIKE: ReadonlySet<string> = new Set(['file', 'data', 'program']);

/** What was in force before anything it stands for was read. */
export type InForce = Pick<ReturnType<StateReader['epochs']>, 'killEpoch' | 'policyHash'>;

/** Why the action is not let in: a kill, the face's own refusal, a changed definition, Writ's files, a policy that is not loaded. */
export function admissionRefusal(
  line: Line,
  { action, request }: IdentifiedAction,
  pdp: PolicyDecisionPoint,
  inForce: InForce,
): Refusal | undefined {
  return (
    admit(line.state, request.subject, request.parts, request.initiatingServer, inForce.killEpoch) ??
    action.refusal ??
    pinRefusal(line, request) ??
    selfProtectionRefusal(line, request) ??
    policyRefusal(inForce.policyHash, pdp) ??
    registerRefusal(line)
  );
}

/** Why nothing of a result is let out: a kill since the action started, or a policy that is not loaded. */
export function deliveryRefusal(
  line: Line,
  { action, request }: IdentifiedAction,
  pdp: PolicyDecisionPoint,
  inForce: InForce,
): Refusal | undefined {
  const { subject, parts, initiatingServer } = request;
  const delivered = action.delivers === undefined ? parts : [...parts, ...deliveredParts(action, request)];
  return (
    admit(line.state, subject, delivered, initiatingServer, inForce.killEpoch) ??
    policyRefusal(inForce.policyHash, pdp) ??
    registerRefusal(line)
  );
}

/** What a result is judged on. */
export function deliveredParts(
  { delivers }: IdentifiedAction['action'],
  { parts }: ActionRequest,
): readonly Part[] {
  const resources = delivers ?? parts.map(({ resource }) => resource);
  return resources.map((resource) => ({ action: { name: 'results/deliver' }, resource }));
}

/** Facts of what was refused before any were gathered: each check is named as skipped, `more` among them. */
export function noFacts(line: Line, more: readonly Check[] = []): Facts {
  const own: Check[] = line.detectors.map(({ detector, mode }) => ({
    id: detector.id,
    version: detector.version,
    status: 'skipped',
    reason: 'admission',
    mode,
  }));
  const checks = more.length === 0 ? own : [...own, ...more];
  return { findings: [], findingNames: [], checks, factsMissing: [], labels: [], labelsVersion: 0 };
}

/**
 * What a face saw when it intercepted the action may be over once a person has answered: a definition that changed meanwhile is not called.
 * Before that the face itself has just looked.
 */
function pinRefusal(line: Line, { parent, parts, definitionPin }: ActionRequest): Refusal | undefined {
  if (parent === undefined || definitionPin === undefined) return undefined;
  const pins = line.state.pins();
  const isChanged = parts.some(({ resource }) =>
    pins.some(
      ({ server, tool, status, definitionHash }) =>
        `${server}/${tool}` === resource.id && (status !== 'accepted' || definitionHash !== definitionPin),
    ),
  );
  if (!isChanged) return undefined;
  return { code: 'tool.quarantined', reason: 'the definition of the tool changed while its call waited' };
}

/** Writ's own files are built-in forbids that no policy lifts. A list names what is there and reaches for nothing. */
function selfProtectionRefusal(
  { selfProtection }: Line,
  { args, parts, phase }: ActionRequest,
): Refusal | undefined {
  const named = parts.flatMap(({ resource }) => (FILE_LIKE.has(resource.type) ? [resource.id] : []));
  const path = selfProtection?.reachedBy(phase === 'call' ? [args, ...named] : args);
  if (path !== undefined)
    return {
      code: 'guard.self-protection',
      reason: 'the arguments name a file of Writ itself, which no policy opens',
    };
  const changes = parts.flatMap(({ action, resource }) => {
    const access = SWEEPING[action.name];
    return access === undefined ? [] : [{ path: resource.id, access }];
  });
  if (selfProtection?.sweptBy(changes) === undefined) return undefined;
  return {
    code: 'guard.self-protection',
    reason: 'this would take a file of Writ itself along, which no policy opens',
  };
}

/** Actions that change everything below what they name, or everything that a pattern finds. */
const SWEEPING: Readonly<Record<string, 'write' | 'delete' | undefined>> = {
  'file/write': 'write',
  'file/delete': 'delete',
};

/** The policy in memory must be the one that is in force in the store. */
function policyRefusal(inForce: string | undefined, pdp: PolicyDecisionPoint): Refusal | undefined {
  if (inForce === undefined || inForce === pdp.policyHash) return undefined;
  return {
    code: 'policy.stale',
    reason: 'another policy set is in force and this process has not loaded it',
  };
}
