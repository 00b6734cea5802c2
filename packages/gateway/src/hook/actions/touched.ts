/** What a tool of a host touches, read from its arguments. */
import type { JsonObject } from '@writ/core';
import type { FileAccess } from './file-parts.ts';

/** One thing that a call touches. */
export type Touched =
  /** Text for a shell. `shell` where it is not bash. */
  | { readonly kind: 'shell'; readonly text: string; readonly cwd?: string; readonly shell?: string }
  | {
      readonly kind: 'file';
      readonly access: FileAccess;
      readonly path: string;
      readonly unresolved?: readonly string[];
    }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'agent'; readonly name: string }
  | { readonly kind: 'data'; readonly server: string; readonly uri: string }
  /** Another tool of the same host, called by this one. */
  | { readonly kind: 'tool'; readonly tool: string; readonly input: ToolInput };

/** Arguments as they came. */
export type ToolInput = JsonObject;

/** What one tool touches. Throws `request.invalid` for arguments that it cannot be read from. */
export type ToolReader = (input: ToolInput) => readonly Touched[];
