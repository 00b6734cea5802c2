/** The verifier, run where somebody doubts: each check as it is made, and whose keys were believed. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { answered, api } from '../../api/index.ts';
import { reachStep } from '../../tour/index.ts';
import { AgentText, Badge, Button, ErrorState, Id } from '../../ui/index.ts';
import {
  type Check,
  CHECK_NAMES,
  type CheckName,
  isProven,
  keepKey,
  keptKey,
  verifyInWorker,
} from '../../verify/index.ts';
import { commandsOf, evidenceFiles, trustPolicy } from './evidence-files.ts';
import { Part } from './part.tsx';
import { saveFile } from './save-file.ts';
import type { ReceiptDetail, ReceiptProof } from './receipts.ts';

const TITLES: Readonly<Record<CheckName, string>> = {
  entry: 'The entry shown is the entry proven',
  inclusion: 'It stands in the log',
  checkpoint: 'The log signed for it',
  cosignature: 'Somebody else holds the same log',
  disclosed: 'What was disclosed is what was recorded',
};
const MARKS = {
  passed: { shape: '✓', word: 'holds', tone: 'text-allow' },
  failed: { shape: '✕', word: 'fails', tone: 'text-deny' },
  'not-made': { shape: '–', word: 'not checked', tone: 'text-ink-3' },
  waiting: { shape: '·', word: 'waiting', tone: 'text-ink-3' },
} as const;

/** What is known of a run. */
interface Run {
  readonly checks: readonly Check[];
  readonly isDone: boolean;
  readonly fault?: string;
}

export function VerifyHere({ receipt }: { readonly receipt: ReceiptDetail }): ReactNode {
  const { id } = receipt;
  const [isAsked, setAsked] = useState(false);
  const [own, setOwn] = useState(() => keptKey(receipt.from.origin));
  const [run, setRun] = useState<Run>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const {
    data: proof,
    error,
    refetch,
  } = useQuery({
    queryKey: ['receipts', id, 'proof'],
    queryFn: () => answered(api.GET('/v1/receipts/{receipt}/proof', { params: { path: { receipt: id } } })),
    enabled: isAsked,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    if (proof === undefined) return;
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const checks: Check[] = [];
    const tell = (more: Partial<Run> = {}): void => {
      if (!controller.signal.aborted) setRun({ checks: [...checks], isDone: false, ...more });
    };
    tell();
    verifyInWorker(
      {
        evidence: proof,
        shown: { receipt: receipt.receipt, entry: receipt.entry },
        believed: {
          log: own === undefined ? keysOf(proof, 'log') : [own],
          cosigners: keysOf(proof, 'mirror'),
        },
      },
      (check) => {
        checks.push(check);
        tell();
      },
      controller.signal,
    ).then(
      () => tell({ isDone: true }),
      (fault: unknown) => tell({ isDone: true, fault: fault instanceof Error ? fault.message : 'unknown' }),
    );
    return () => controller.abort();
  }, [proof, own, receipt]);
  return (
    <Part title="Proof">
      {!isAsked && (
        <div className="flex flex-wrap items-center gap-3">
          <Button kind="main" onClick={() => setAsked(true)}>
            Verify here
          </Button>
          <span className="min-w-0 flex-1 text-sm text-ink-3">
            In this browser, without believing the control plane.
          </span>
        </div>
      )}
      {isAsked && error !== null && proof === undefined && (
        <ErrorState what="the proof" problem={error} onRetry={() => void refetch()} />
      )}
      {isAsked && error === null && proof === undefined && (
        <p role="status" className="text-sm text-ink-3">
          The proof is on its way.
        </p>
      )}
      {run !== undefined && <Checks run={run} />}
      {proof !== undefined && (
        <>
          <Keys proof={proof} own={own} onOwn={setOwn} origin={receipt.from.origin} />
          <Export proof={proof} own={own} />
        </>
      )}
    </Part>
  );
}

function Checks({ run: { checks, isDone, fault } }: { readonly run: Run }): ReactNode {
  const failed = checks.filter(({ status }) => status === 'failed');
  const isVerified = isDone && fault === undefined && isProven(checks);
  useEffect(() => {
    if (isVerified) reachStep('verified');
  }, [isVerified]);
  return (
    <div className="rounded-md border border-line">
      <p
        role="status"
        data-verified={isDone ? String(fault === undefined && isProven(checks)) : 'running'}
        className={`border-b border-line px-3 py-2 font-medium ${isDone ? (fault === undefined && isProven(checks) ? 'bg-allow-ground text-allow' : 'bg-deny-ground text-deny') : 'text-ink-2'}`}
      >
        {!isDone && 'Verifying …'}
        {isDone && fault !== undefined && 'Could not be verified here'}
        {isDone && fault === undefined && isProven(checks) && 'Verified in this browser'}
        {isDone &&
          fault === undefined &&
          !isProven(checks) &&
          (failed.length === 0
            ? 'Not proven: not everything could be checked'
            : `Not verified: ${failed.length} of ${CHECK_NAMES.length} checks fail`)}
      </p>
      {fault !== undefined && (
        <p className="border-b border-line px-3 py-2 text-sm text-ink-2">
          <AgentText text={fault} /> — download the files, and check them by the command below.
        </p>
      )}
      <ol className="divide-y divide-line">
        {CHECK_NAMES.map((name) => {
          const check = checks.find((one) => one.name === name);
          const { shape, word, tone } = MARKS[check?.status ?? 'waiting'];
          return (
            <li
              key={name}
              data-check={name}
              data-status={check?.status}
              className="flex gap-3 px-3 py-2 text-sm"
            >
              <span aria-hidden="true" className={`w-3 shrink-0 text-center font-semibold ${tone}`}>
                {shape}
              </span>
              <span className="min-w-0 flex-1">
                <span className="flex items-baseline justify-between gap-2">
                  <span className="font-medium">{TITLES[name]}</span>
                  <span className={`text-xs whitespace-nowrap ${tone}`}>{word}</span>
                </span>
                {check !== undefined && (
                  <span className="block text-ink-2">
                    <AgentText text={check.said} limit={400} />
                  </span>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

const KNOWN = {
  enrolment: 'shown and proven when the node was enrolled, or added by it later',
  server: 'this control plane’s own',
} as const;

function Keys({
  proof,
  own,
  onOwn,
  origin,
}: {
  readonly proof: ReceiptProof;
  readonly own: string | undefined;
  readonly onOwn: (key: string | undefined) => void;
  readonly origin: string;
}): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const keys = proof.keys.filter(({ of }) => of === 'mirror' || own === undefined);
  return (
    <div className="mt-3 text-sm">
      <p className="font-medium">Keys that were believed</p>
      <ul className="mt-1 space-y-1 text-ink-2">
        {own !== undefined && (
          <li className="flex flex-wrap items-center gap-2">
            <Badge tone="good">yours</Badge> <Id id={own} label="key" /> brought by you, kept in this browser
          </li>
        )}
        {keys.map(({ key, of, known }) => (
          <li key={key} className="flex flex-wrap items-center gap-2">
            <Badge>{of === 'log' ? 'log' : 'mirror'}</Badge> <Id id={key} label="key" />
            <span className="min-w-0">{KNOWN[known]}</span>
          </li>
        ))}
      </ul>
      {own === undefined && (
        <p className="mt-1 text-ink-3">
          The control plane says that they are theirs. Who does not believe that brings the log’s key: it is
          in the trust folder of whoever made the node, <code>~/.config/writ/trust</code>.
        </p>
      )}
      {isOpen ? (
        <form
          className="mt-2"
          onSubmit={(event) => {
            event.preventDefault();
            const given = new FormData(event.currentTarget).get('key');
            const text = typeof given === 'string' ? given : '';
            const problem = keepKey(origin, text);
            setWrong(problem);
            if (problem !== undefined) return;
            onOwn(keptKey(origin));
            setOpen(false);
          }}
        >
          <label className="block">
            <span className="text-ink-3">The log’s verifier key</span>
            <input
              name="key"
              defaultValue={own ?? ''}
              spellCheck={false}
              autoComplete="off"
              maxLength={4_096}
              placeholder="name+keyid+base64; empty forgets it"
              className="mt-1 h-8 w-full rounded-md border border-edge bg-panel px-2 font-mono text-xs"
            />
          </label>
          {wrong !== undefined && (
            <p role="alert" className="mt-1 text-deny">
              <AgentText text={wrong} />
            </p>
          )}
          <Button type="submit" className="mt-2">
            Believe this key alone
          </Button>
        </form>
      ) : (
        <button type="button" className="link mt-1" onClick={() => setOpen(true)}>
          {own === undefined ? 'Bring a key of your own' : 'Change or forget your key'}
        </button>
      )}
    </div>
  );
}

function Export({
  proof,
  own,
}: {
  readonly proof: ReceiptProof;
  readonly own: string | undefined;
}): ReactNode {
  const { disclosure, ...files } = evidenceFiles(proof);
  const [logKey = ''] = own === undefined ? keysOf(proof, 'log') : [own];
  return (
    <div className="mt-4 text-sm">
      <p className="font-medium">Elsewhere</p>
      <p className="mt-1 flex flex-wrap gap-2">
        <Button onClick={() => saveFile(files.proof)}>Proof</Button>
        <Button onClick={() => saveFile(files.entry)}>Entry</Button>
        {disclosure !== undefined && (
          <Button onClick={() => saveFile(disclosure)}>With what was disclosed</Button>
        )}
      </p>
      <p className="mt-2 text-ink-3">
        Checked offline, where <code>policy.txt</code> holds these two lines:
      </p>
      <Lines label="Trust policy" text={trustPolicy(logKey).trimEnd()} />
      <Lines label="Commands" text={commandsOf(proof).join('\n')} />
    </div>
  );
}

function Lines({ label, text }: { readonly label: string; readonly text: string }): ReactNode {
  return (
    <pre
      tabIndex={0}
      role="region"
      aria-label={label}
      className="mt-1 overflow-x-auto rounded-md border border-line bg-sunken px-3 py-2 text-xs"
    >
      <AgentText text={text} isMultiline limit={6_000} />
    </pre>
  );
}

function keysOf({ keys }: ReceiptProof, whose: 'log' | 'mirror'): readonly string[] {
  return keys.filter(({ of }) => of === whose).map(({ key }) => key);
}
