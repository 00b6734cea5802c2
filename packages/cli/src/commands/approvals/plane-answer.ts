/** Answers a held action at a control plane, with a signature made here: the key never leaves, and what is signed is what was shown. */
import {
  type Approver,
  approverPublicKey,
  Fault,
  mayLift,
  openApproverKey,
  parseApproverKey,
  readKeyFile,
  signApproval,
  systemClock,
} from '@writ/core';
import { EXIT_OK } from '../../exit-codes.ts';
import {
  atPlane,
  type ChosenFlags,
  maybeText,
  objectIn,
  objectsIn,
  type Plane,
  textIn,
  textsIn,
} from '../../plane/index.ts';
import { askPassphrase, print, printJson, remark, visible } from '../../terminal/index.ts';
import { ownKeyFile } from './own-key.ts';
import { digestOfShown, tellApproval, tellAside, type ToldApproval, toldApproval } from './plane-shown.ts';

/** Flags of both answers. */
export interface PlaneAnswerOptions extends ChosenFlags {
  readonly key?: string;
  readonly passphraseFile?: string;
  readonly reason?: string;
  readonly unchecked?: boolean;
  readonly idempotencyKey?: string;
  readonly json?: boolean;
}

/** Throws `approval.*` for what could not count, `approval.invalid` where what is shown is not what would be signed, `plane.refused` for what the control plane does not take. */
export function answerAtPlane(
  verb: 'approve' | 'deny',
  reference: string,
  options: PlaneAnswerOptions,
): Promise<number> {
  const file = ownKeyFile(options.key);
  const text = readKeyFile(file);
  return atPlane(options, async (plane) => {
    const told = await toldApproval(plane, reference);
    requireWaiting(told);
    const approver = await approverAt(plane, approverPublicKey(text), file);
    const lifts = verb === 'deny' ? [] : liftsOf(approver, told);
    if (verb === 'approve') requireShown(told, options);
    remark(`${verb} at ${visible(plane.url)}, exactly this:`);
    tellApproval(told, tellAside);
    // Everything that would make the answer worthless is told before anybody types a passphrase.
    const passphrase = await askPassphrase(`passphrase of ${visible(approver.id)}`, options.passphraseFile);
    const key = await openApproverKey(text, passphrase);
    const signed = signApproval(
      {
        answer: verb,
        hold: told.hold,
        node: told.logNode,
        performedDigest: told.digest,
        lifts,
        policyHash: told.policyHash,
        expires: told.expires,
        at: systemClock.now(),
        ...(options.reason === undefined ? {} : { reason: options.reason }),
      },
      key,
    );
    const { body } = await plane.ask({
      method: 'POST',
      path: `/v1/approvals/${told.id}/answers`,
      body: { ...signed },
      ...(options.idempotencyKey === undefined ? {} : { key: options.idempotencyKey }),
    });
    const status = textIn(objectIn(body), 'status');
    if (options.json === true)
      printJson({
        answer: verb,
        reference: told.hold,
        approval: told.id,
        plane: plane.url,
        approver: approver.id,
        status,
      });
    else {
      print(`${verb === 'approve' ? 'approved' : 'denied'} ${visible(told.hold)}; it is ${visible(status)}`);
      if (status === 'waiting') print('others must still agree: `writ approvals show --plane` says who');
    }
    return EXIT_OK;
  });
}

/** INVARIANT: what is approved was seen: its digest is computed here from what was shown, unless the person says that they do without. */
function requireShown(told: ToldApproval, { unchecked }: PlaneAnswerOptions): void {
  switch (digestOfShown(told)) {
    case 'same':
      return;
    case 'other':
      throw new Fault(
        'approval.invalid',
        'what the control plane shows is not what an approval would allow',
        {
          hint: 'do not approve it; look at the hold at its node, and at who runs the control plane',
        },
      );
    case 'unknown':
      if (unchecked === true) {
        remark('not everything is shown, so that nobody can check here that this is what will be done');
        return;
      }
      throw new Fault(
        'cli.usage',
        'not everything is shown, so that it cannot be checked against what would be signed',
        {
          hint: 'answer it at its node, where everything is shown, or say `--unchecked`',
        },
      );
    default:
  }
}

function requireWaiting({ status, expires, hold }: ToldApproval): void {
  if (status !== 'waiting') throw new Fault('approval.final', `\`${hold}\` is already ${status}`);
  if (systemClock.now() > expires)
    throw new Fault('approval.expired', `\`${hold}\` expired at ${new Date(expires).toISOString()}`);
}

/** Who signs, as the control plane knows them. Throws `approval.not-entitled` for a key that is not registered there. */
async function approverAt(plane: Plane, own: string, file: string): Promise<Approver> {
  const me = objectIn((await plane.ask({ method: 'GET', path: '/v1/me' })).body);
  const key = parseApproverKey(own);
  const { body } = await plane.ask({ method: 'GET', path: '/v1/approver-keys' });
  if (!objectsIn(objectIn(body), 'items').some((one) => one['keyId'] === key.keyId))
    throw new Fault('approval.not-entitled', `the key in \`${file}\` is none of yours at ${plane.url}`, {
      file,
      hint: 'register it with `writ approvals register-key --plane`; nodes believe it once a signed bundle names it',
    });
  const email = maybeText(me, 'email');
  return {
    ...key,
    id: textIn(me, 'id'),
    groups: [...textsIn(me, 'groups'), ...(email === undefined ? [] : [email])],
  };
}

function liftsOf(approver: Approver, { policies }: ToldApproval): readonly string[] {
  const lifts = policies.filter((policy) => mayLift(approver, policy)).map(({ contentHash }) => contentHash);
  if (lifts.length > 0) return [...new Set(lifts)].sort();
  const asked = [...new Set(policies.flatMap(({ approvers }) => approvers))].join(', ');
  throw new Fault('approval.not-entitled', 'you are none of those who may approve this', {
    hint: `asked for are ${asked}`,
  });
}
