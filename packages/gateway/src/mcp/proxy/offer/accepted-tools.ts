/** The definitions that policy may rely on. */
import type { Pin, ToolDefinition } from '@writ/core';

/** Each accepted definition; of a tool that changed, the one a person last accepted. */
export function acceptedTools(pins: readonly Pin[]): readonly ToolDefinition[] {
  return pins.flatMap(({ server, tool: name, status, definition, accepted }): ToolDefinition[] => {
    if (status === 'accepted') return [{ server, name, definition }];
    return accepted === undefined ? [] : [{ server, name, definition: accepted.definition }];
  });
}
