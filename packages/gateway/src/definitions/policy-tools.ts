/** The definitions that policies are typed by. */
import type { Pin, ToolDefinition } from '@writ/core';

/**
 * One definition of each pinned tool: of a tool that changed, the one a person last accepted, so that a server cannot change what a policy means.
 * A tool that nobody accepted yet is among them, because a policy may name it before its first use; it cannot be called all the same.
 */
export function policyTools(pins: readonly Pin[]): readonly ToolDefinition[] {
  return pins.map(({ server, tool: name, definition, accepted }) => ({
    server,
    name,
    definition: accepted?.definition ?? definition,
  }));
}
