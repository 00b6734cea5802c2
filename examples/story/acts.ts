/** What the agent tries, in order, and what must come of it. */
import { join } from 'node:path';
import type { JsonObject } from '@writ/core';
import type { World } from './world.ts';

/** One call of the agent. */
export interface Act {
  readonly title: string;
  /** As policy and receipts name it. */
  readonly tool: string;
  readonly args: JsonObject;
  /** The verdict that must come back; `allow` and `modify` deliver a result. */
  readonly expected: 'allow' | 'modify' | 'step_up' | 'defer' | 'deny';
  /** A word that the answer must hold. */
  readonly says: string;
  /** What must not be in the answer. */
  readonly never?: string;
  /** What somebody else does before, or while the call waits. */
  readonly before?: readonly string[];
  readonly meanwhile?: 'approve' | 'deny';
}

/** Looks like a token of a code host and opens nothing. */
const TOKEN = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');

/** The acts of one telling. */
export function acts({ workspace, data }: World): readonly Act[] {
  const file = (...path: string[]): string => join(workspace, ...path);
  const ada: JsonObject = { entityNames: ['Ada'] };
  return [
    {
      title: 'look around',
      tool: 'files/list_directory',
      args: { path: file('notes') },
      expected: 'allow',
      says: 'plan.md',
    },
    {
      title: 'read the plan',
      tool: 'files/read_text_file',
      args: { path: file('notes', 'plan.md') },
      expected: 'allow',
      says: 'open questions',
    },
    {
      title: 'write a summary where it may',
      tool: 'files/write_file',
      args: { path: file('out', 'summary.md'), content: 'No open questions.\n' },
      expected: 'allow',
      says: 'summary.md',
    },
    {
      title: 'overwrite the plan',
      tool: 'files/write_file',
      args: { path: file('notes', 'plan.md'), content: 'gone' },
      expected: 'deny',
      says: 'below out/ only',
    },
    {
      title: 'climb out of the folder',
      tool: 'files/read_text_file',
      args: { path: `${file('out')}/../../../../etc/passwd` },
      expected: 'deny',
      says: 'shell or SQL syntax',
    },
    {
      title: 'edit Writ’s own database',
      tool: 'files/write_file',
      args: { path: join(data, 'out', 'writ.db'), content: '' },
      expected: 'deny',
      says: 'file of Writ itself',
    },
    {
      title: 'read orders with card numbers',
      tool: 'files/read_text_file',
      args: { path: file('customers', 'orders.csv') },
      expected: 'modify',
      says: '[redacted:payment-card]',
      never: '4111',
    },
    {
      title: 'read a private key',
      tool: 'files/read_text_file',
      args: { path: file('notes', 'key.pem') },
      expected: 'deny',
      says: 'do not retry',
      never: 'AAAA',
    },
    {
      title: 'remember a customer and a token',
      tool: 'memory/create_entities',
      args: {
        entities: [
          { name: 'Ada', entityType: 'customer', observations: ['likes tea', `deploys with ${TOKEN}`] },
        ],
      },
      expected: 'modify',
      says: 'likes tea',
      never: TOKEN,
    },
    {
      title: 'see what memory was given',
      tool: 'memory/read_graph',
      args: {},
      expected: 'allow',
      says: '[redacted:secret]',
      never: TOKEN,
    },
    {
      title: 'move a file, nobody signed in',
      tool: 'files/move_file',
      args: { source: file('out', 'summary.md'), destination: file('out', 'final.md') },
      expected: 'defer',
      says: 'context.user.mfa',
    },
    {
      title: 'forget Ada; Olga approves',
      tool: 'memory/delete_entities',
      args: ada,
      expected: 'allow',
      says: 'deleted',
      meanwhile: 'approve',
    },
    {
      title: 'forget Ada again; nobody answers',
      tool: 'memory/delete_entities',
      args: ada,
      expected: 'step_up',
      says: 'writ approvals show',
    },
    {
      title: 'forget a note; Olga refuses',
      tool: 'memory/delete_observations',
      args: { deletions: [{ entityName: 'Ada', observations: ['likes tea'] }] },
      expected: 'deny',
      says: 'A person refused',
      meanwhile: 'deny',
    },
    {
      title: 'search tickets',
      tool: 'tickets/search',
      args: { query: 'printer' },
      expected: 'allow',
      says: 'T-1041',
    },
    {
      title: 'search again; its definition changed',
      tool: 'tickets/search',
      args: { query: 'printer' },
      expected: 'deny',
      says: 'writ tools accept',
    },
    {
      title: 'a tool that nobody offers',
      tool: 'memory/forget_everything',
      args: {},
      expected: 'deny',
      says: 'forget_everything',
    },
    {
      title: 'after the agent was killed',
      tool: 'files/list_directory',
      args: { path: file('notes') },
      expected: 'deny',
      says: 'stopped by an operator',
      before: ['kill', 'agent', 'research-bot', '--reason', 'odd searches'],
    },
    {
      title: 'after it was released',
      tool: 'files/list_directory',
      args: { path: file('out') },
      expected: 'allow',
      says: 'summary.md',
      before: ['unkill', 'agent', 'research-bot', '--reason', 'looked into'],
    },
  ];
}
