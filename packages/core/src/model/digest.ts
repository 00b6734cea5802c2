/** The digest of an action: what an approval is given for and a record is bound to. */
import { canonicalJson, type JsonValue } from '../kernel/index.ts';
import { sha256Hex } from '../kernel/crypto/index.ts';
import type { ActionRequest } from './request.ts';

/** Version tag inside every digest; another meaning gets another tag. */
const DIGEST_TAG = 'writ/action/v1';

/** The fields of a request that its digest covers. */
export type DigestedRequest = Pick<
  ActionRequest,
  | 'tenant'
  | 'node'
  | 'session'
  | 'initiator'
  | 'initiatingServer'
  | 'phase'
  | 'method'
  | 'parts'
  | 'args'
  | 'subject'
  | 'definitionPin'
>;

/**
 * SHA-256 in hexadecimal over RFC 8785 JSON of the tag, tenant, node, session, initiator (and the server, where one started it), phase, method, target,
 * agent, person, delegation chain, exact parameters and definition pin; a part's own facts and limits stand with the part. Two requests with one digest are the same action.
 */
export function actionDigest(request: DigestedRequest): string {
  const { subject } = request;
  const parts: JsonValue = request.parts.map((part) => [
    part.action.name,
    part.resource.type,
    part.resource.id,
    part.resource.server ?? null,
    ...(part.args === undefined && part.resource.limits === undefined
      ? []
      : [part.args ?? null, part.resource.limits === undefined ? null : { ...part.resource.limits }]),
  ]);
  return sha256Hex(
    canonicalJson([
      DIGEST_TAG,
      request.tenant,
      request.node,
      request.session.id,
      request.initiator,
      request.initiatingServer ?? null,
      request.phase,
      request.method,
      parts,
      subject.agent.id,
      subject.person?.id ?? null,
      subject.chain.map((agent) => agent.id),
      request.args,
      request.definitionPin ?? null,
    ]),
  );
}
