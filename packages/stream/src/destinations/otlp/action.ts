/** The action that an event is about: what was decided of it, and what became of it. */
import { type Entry, isPermitting, KNOWN_METHODS } from '@writ/core';
import type { Opened } from '@writ/export';
import type { OutgoingEvent } from '../../destination.ts';
import {
  ERROR_TYPE,
  EXECUTE_TOOL,
  GEN_AI_AGENT_ID,
  GEN_AI_CONVERSATION_ID,
  GEN_AI_OPERATION_NAME,
  GEN_AI_TOOL_NAME,
  MCP_METHOD_NAME,
} from './names.ts';

type Decision = Extract<Entry, { kind: 'decision' }>;
type Outcome = Extract<Entry, { kind: 'outcome' }>;

/** An action that is over, or was never begun: then it has no outcome. */
export interface FinishedAction {
  /** Receipt of the decision. */
  readonly receipt: string;
  readonly decision: Decision;
  readonly outcome?: { readonly entry: Outcome; readonly receipt: string };
  readonly opened: Opened;
}

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/**
 * The action that `event` finishes; `undefined` for any other event. A decision that permits finishes nothing: its outcome follows, at the latest as `unknown` when the node
 * comes up again.
 */
export function finishedBy(event: OutgoingEvent): FinishedAction | undefined {
  const { recorded } = event;
  // What else an entry says has a uid of its own.
  if (!('entry' in recorded) || event.uid !== receiptAt(recorded.entry, recorded.index)) return undefined;
  const { entry, decision } = recorded;
  if (entry.kind === 'decision')
    return isPermitting(entry.decision.verdict)
      ? undefined
      : { receipt: event.uid, decision: entry, opened: event.opened };
  if (entry.kind !== 'outcome' || decision?.kind !== 'decision') return undefined;
  return {
    receipt: receiptAt(entry, entry.decisionOf),
    decision,
    outcome: { entry, receipt: event.uid },
    opened: event.opened,
  };
}

/** The receipt that `event` belongs to as a decision or its outcome; `undefined` for any other. */
export function decisionReceipt({ recorded }: OutgoingEvent): string | undefined {
  if (!('entry' in recorded)) return undefined;
  const { entry, index } = recorded;
  if (entry.kind === 'decision') return receiptAt(entry, index);
  return entry.kind === 'outcome' ? receiptAt(entry, entry.decisionOf) : undefined;
}

/** What a span says of `action`: codes in the clear, and what was disclosed. */
export function attributesOf(action: FinishedAction): Attributes {
  const { receipt, decision: entry, outcome, opened } = action;
  const { decision } = entry;
  const tool = toolOf(opened);
  const error = errorOf(action);
  return {
    ...(isToolCall(decision.method) ? { [GEN_AI_OPERATION_NAME]: EXECUTE_TOOL } : {}),
    ...(tool === undefined ? {} : { [GEN_AI_TOOL_NAME]: tool }),
    ...(opened.agent === undefined ? {} : { [GEN_AI_AGENT_ID]: opened.agent }),
    ...(opened.session === undefined ? {} : { [GEN_AI_CONVERSATION_ID]: opened.session }),
    ...(KNOWN_METHODS.has(decision.method) ? { [MCP_METHOD_NAME]: decision.method } : {}),
    ...(error === undefined ? {} : { [ERROR_TYPE]: error }),
    'writ.receipt': receipt,
    'writ.method': decision.method,
    'writ.verdict': decision.verdict,
    ...(decision.would === undefined ? {} : { 'writ.would': decision.would }),
    ...(decision.code === undefined ? {} : { 'writ.code': decision.code }),
    'writ.mode': decision.mode,
    'writ.source': decision.source,
    'writ.policy.hash': decision.policyHash,
    'writ.isolation': decision.isolation,
    'writ.tenant': entry.tenant,
    ...(outcome === undefined
      ? {}
      : { 'writ.outcome': outcome.entry.outcome, 'writ.outcome.receipt': outcome.receipt }),
  };
}

/** Class of what went wrong while it was performed. A refusal is no error: nothing was attempted. */
export function errorOf({ outcome }: FinishedAction): string | undefined {
  if (outcome === undefined) return undefined;
  const { outcome: became, code } = outcome.entry;
  return became === 'failed' || became === 'unknown' ? (code ?? became) : undefined;
}

/** Name of the tool where the target was disclosed: it is recorded as `server/tool`, and no server has a slash in its name. */
export function toolOf({ parts }: Opened): string | undefined {
  const named = parts?.find(({ type }) => type === 'tool')?.id;
  return named?.slice(named.indexOf('/') + 1);
}

function isToolCall(method: string): boolean {
  return method === 'tools/call';
}

function receiptAt({ origin }: Entry, index: number): string {
  return `${origin}#${index}`;
}
