/** What a server claims of the nature of a tool (MCP `ToolAnnotations`). */
import { isJsonObject, type JsonObject, ownProperty } from '../kernel/index.ts';

/** Hints of a definition. They are claims of a server: good for saying no, never for saying yes. */
export interface ToolHints {
  /** `readOnlyHint`: it changes nothing. */
  readonly readOnly: boolean;
  /** `destructiveHint`: it may delete or overwrite. */
  readonly destructive: boolean;
  /** `idempotentHint`: doing it again changes nothing more. */
  readonly idempotent: boolean;
  /** `openWorldHint`: it reaches past its own data. */
  readonly openWorld: boolean;
}

/** What holds where nothing is claimed, as in the specification of MCP: the worst of each. */
export const WORST_HINTS: ToolHints = {
  readOnly: false,
  destructive: true,
  idempotent: false,
  openWorld: true,
};

/** The hints of `definition`; whatever is absent or not a boolean is the worst. */
export function toolHints(definition: JsonObject): ToolHints {
  const annotations = ownProperty(definition, 'annotations');
  const claimed = (name: string, worst: boolean): boolean => {
    const value = isJsonObject(annotations) ? ownProperty(annotations, name) : undefined;
    return typeof value === 'boolean' ? value : worst;
  };
  return {
    readOnly: claimed('readOnlyHint', WORST_HINTS.readOnly),
    destructive: claimed('destructiveHint', WORST_HINTS.destructive),
    idempotent: claimed('idempotentHint', WORST_HINTS.idempotent),
    openWorld: claimed('openWorldHint', WORST_HINTS.openWorld),
  };
}
