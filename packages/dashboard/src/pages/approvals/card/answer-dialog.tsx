/** The second, deliberate act: what is signed is what stood here when it opened, or nothing is. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { answered, api, ApiProblem } from '../../../api/index.ts';
import { reachStep } from '../../../tour/index.ts';
import { ConfirmDialog, Time, useToast } from '../../../ui/index.ts';
import { Arguments, Asker, Targets } from './action-shown.tsx';
import { isSameQuestion, whyNot } from '../judge-shown.ts';
import { OtherWays } from '../own-keys.tsx';
import { type Held, type OwnKey, useOwnKeys } from '../queries.ts';
import { signWithPasskey } from '../passkey.ts';
import { digestOfShown, statementOf } from '../signing/index.ts';

const SAID: Readonly<Record<string, readonly [string, string]>> = {
  approved: ['Approved', 'Its node verifies your answer, and lets the call run once.'],
  waiting: ['Your approval is given', 'Others must agree before the call runs.'],
  denied: ['Refused', 'The call does not run.'],
};

export function AnswerDialog({
  held,
  answer,
  onClose,
}: {
  readonly held: Held;
  readonly answer: 'approve' | 'deny';
  readonly onClose: () => void;
}): ReactNode {
  const [shown] = useState(held);
  const [isUncheckedTaken, setUncheckedTaken] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const { data: keys } = useOwnKeys();
  const queries = useQueryClient();
  const say = useToast();
  const isExpired = useIsPast(shown.expires);
  const passkeys = (keys ?? []).filter(({ method }) => method === 'passkey');
  const passkey = passkeys.find(({ keyId }) => keyId === chosen) ?? passkeys[0];
  const checked = digestOfShown(shown);
  const isApproval = answer === 'approve';
  const needsTick = isApproval && checked === 'unknown';

  const sign = async (reason: string): Promise<void> => {
    const { status } = await answered(
      api.POST('/v1/approvals/{approval}/answers', {
        params: { path: { approval: shown.id } },
        body: await bodyOf(shown, { answer, reason, passkey }),
      }),
    );
    if (isApproval) reachStep('approved');
    void queries.invalidateQueries({ queryKey: ['approvals'] });
    const [title, description] = SAID[status] ?? ['Your answer is given', `It is ${status}.`];
    say(title, description);
  };

  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      isWide
      begins="reading"
      title={isApproval ? 'Let this call run, once?' : 'Refuse this call?'}
      verb={isApproval ? 'Sign and approve' : 'Sign and refuse'}
      isDangerous={!isApproval}
      reason={isApproval ? 'required' : 'optional'}
      blocked={blockedBy({
        why: whyNot(held, answer),
        isOther: !isSameQuestion(shown, held),
        isExpired,
        isForged: isApproval && checked === 'other',
        isWithoutKey: keys !== undefined && passkey === undefined && !shown.you.isAttested,
        isUnticked: needsTick && !isUncheckedTaken,
      })}
      onConfirm={sign}
    >
      <p>
        <Asker held={shown} /> {isApproval ? 'runs exactly this:' : 'does not run this:'}
      </p>
      <div className="mt-2 text-base text-ink">
        <Targets targets={shown.targets} />
      </div>
      <div className="mt-3 space-y-2 text-ink">
        <Arguments held={shown} isWhole />
      </div>
      {isApproval && (
        <p className="mt-3 text-sm">
          Once, and the permission ends <Time at={shown.expires} />. Nobody takes it back after it ran.
        </p>
      )}
      {needsTick && (
        <label className="mt-3 flex items-start gap-2 text-sm text-ink">
          <input
            type="checkbox"
            className="mt-1"
            checked={isUncheckedTaken}
            onChange={(event) => setUncheckedTaken(event.target.checked)}
          />
          I approve what this browser could not check
        </label>
      )}
      <Signer passkeys={passkeys} chosen={passkey?.keyId} onChoose={setChosen} held={shown} />
    </ConfirmDialog>
  );
}

/** What is sent: a statement that was made here, signed here; or, where the operator allows it and there is no passkey, the server's own word for who is signed in. */
async function bodyOf(
  shown: Held,
  {
    answer,
    reason,
    passkey,
  }: {
    readonly answer: 'approve' | 'deny';
    readonly reason: string;
    readonly passkey: OwnKey | undefined;
  },
) {
  const credential = passkey?.passkey?.credential;
  if (passkey === undefined || credential === undefined) {
    if (!shown.you.isAttested) throw new ApiProblem('client.passkey', 0, 'there is no passkey to sign with');
    return { attested: { answer, ...(reason === '' ? {} : { reason }) } };
  }
  const { lifts } = shown.you;
  const statement = statementOf(shown, { answer, lifts, keyId: passkey.keyId, at: Date.now(), reason });
  return { statement, passkey: { ...(await signWithPasskey(credential, statement)) } };
}

/** Why nothing can be signed, the gravest first. */
function blockedBy({
  why,
  isOther,
  isExpired,
  isForged,
  isWithoutKey,
  isUnticked,
}: {
  readonly why: string | undefined;
  readonly isOther: boolean;
  readonly isExpired: boolean;
  readonly isForged: boolean;
  readonly isWithoutKey: boolean;
  readonly isUnticked: boolean;
}): ReactNode {
  if (isForged) return 'What is shown is not what your signature would allow. Nothing can be approved here.';
  if (isOther)
    return `It changed while you looked at it${why === undefined ? '' : `: ${why.charAt(0).toLowerCase()}${why.slice(1)}`} Close this, look again, and decide anew.`.replace(
      'it Close',
      'it. Close',
    );
  if (isExpired) return 'Its time is over while you looked at it. The agent may ask again.';
  if (why !== undefined) return why;
  if (isWithoutKey) return 'You have no passkey to sign with. “Your keys” above the queue makes one.';
  return isUnticked ? 'Say first that you approve what could not be checked here.' : undefined;
}

function Signer({
  passkeys,
  chosen,
  onChoose,
  held,
}: {
  readonly passkeys: readonly OwnKey[];
  readonly chosen: string | undefined;
  readonly onChoose: (keyId: string) => void;
  readonly held: Held;
}): ReactNode {
  return (
    <div className="mt-3 space-y-1 text-sm">
      {passkeys.length > 1 && (
        <label className="flex flex-wrap items-center gap-2">
          Sign with
          <select
            className="h-8 max-w-full rounded-md border border-edge bg-panel px-2"
            value={chosen ?? ''}
            onChange={(event) => onChoose(event.target.value)}
          >
            {passkeys.map(({ keyId, passkey }) => (
              <option key={keyId} value={keyId}>
                {`${(passkey?.name ?? 'passkey').slice(0, 60)} (${keyId.slice(0, 6)}…)`}
              </option>
            ))}
          </select>
        </label>
      )}
      {passkeys.length === 0 && held.you.isAttested && (
        <p>The server signs for you, as you are signed in; the record says so.</p>
      )}
      <OtherWays id={held.id} />
    </div>
  );
}

function useIsPast(instant: number): boolean {
  const [isPast, setPast] = useState(() => Date.now() > instant);
  useEffect(() => {
    const timer = setInterval(() => setPast(Date.now() > instant), 1_000);
    return () => clearInterval(timer);
  }, [instant]);
  return isPast;
}
