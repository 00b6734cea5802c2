/** The hosts by name. */
import type { HostAdapter, HostId } from '../types.ts';
import { CLAUDE_CODE } from './claude-code.ts';
import { CODEX } from './codex.ts';
import { COPILOT } from './copilot.ts';
import { CURSOR } from './cursor.ts';
import { GEMINI } from './gemini.ts';
import { OPENCODE } from './opencode.ts';

export const ADAPTERS: Readonly<Record<HostId, HostAdapter>> = {
  'claude-code': CLAUDE_CODE,
  cursor: CURSOR,
  copilot: COPILOT,
  gemini: GEMINI,
  opencode: OPENCODE,
  codex: CODEX,
};
