/** A host's own configuration with Writ's hooks in it, or without them; everything else stays as it is. */
import { Fault, isJsonObject, type JsonObject, type JsonValue, parseStrictJson } from '@writ/core';

/** In every command of a hook of Writ's, and in no other. */
const OURS = '/hook.cjs';

/** The configuration in `text`. Throws `config.syntax` for comments and whatever else is no strict JSON: it is edited by hand then. */
export function readSettings(text: string, file: string, snippet: JsonObject): JsonObject {
  const hint = `add this to it by hand: ${JSON.stringify(snippet)}`;
  let settings: JsonValue;
  try {
    settings = text.trim() === '' ? {} : parseStrictJson(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be read';
    throw new Fault(
      'config.syntax',
      `\`${file}\` is no plain JSON, and is left alone: ${why}`,
      { file, hint },
      { cause },
    );
  }
  const isUsable = isJsonObject(settings) && isJsonObject(settings['hooks'] ?? {});
  if (isUsable) return settings as JsonObject;
  throw new Fault('config.invalid', `\`${file}\` has no place for hooks`, { file, hint });
}

/** The setting that keeps the host from starting hooks, where one does. */
export function hooksTurnedOffBy(settings: JsonObject): string | undefined {
  const { disableAllHooks, hooksConfig } = settings;
  if (disableAllHooks === true) return 'disableAllHooks';
  if (hooksConfig === undefined || !isJsonObject(hooksConfig)) return undefined;
  const { enabled, disabled } = hooksConfig;
  if (enabled === false) return 'hooksConfig.enabled';
  return Array.isArray(disabled) && disabled.includes('writ') ? 'hooksConfig.disabled' : undefined;
}

/** `settings` with `entries`, in the place of what Writ wrote there before. Throws `config.invalid`. */
export function withHooks(
  settings: JsonObject,
  entries: Readonly<Record<string, JsonValue>>,
  file: string,
): JsonObject {
  const bare = withoutHooks(settings);
  const hooks: Record<string, JsonValue> = { ...(bare['hooks'] as JsonObject | undefined) };
  for (const [event, entry] of Object.entries(entries)) {
    const present = hooks[event] ?? [];
    if (!Array.isArray(present))
      throw new Fault('config.invalid', `\`hooks.${event}\` in \`${file}\` is no list`, { file });
    // First: some hosts ask in order, and others take the strictest answer of all.
    hooks[event] = [entry, ...(present as readonly JsonValue[])];
  }
  return { ...bare, hooks };
}

/** `settings` without what Writ wrote. */
export function withoutHooks(settings: JsonObject): JsonObject {
  const { hooks, ...rest } = settings;
  if (!isJsonObject(hooks ?? null)) return settings;
  const kept = Object.entries(hooks as JsonObject).flatMap(([event, list]): [string, JsonValue][] => {
    if (!Array.isArray(list)) return [[event, list]];
    const others = (list as readonly JsonValue[]).flatMap(withoutOurs);
    return others.length === 0 && list.length > 0 ? [] : [[event, others]];
  });
  if (kept.length === 0) return rest;
  // In its place among the others.
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, key === 'hooks' ? Object.fromEntries(kept) : value]),
  );
}

/** The commands of Writ's in `settings`, by event. */
export function commandsIn(
  settings: JsonObject,
): readonly { readonly event: string; readonly command: string }[] {
  const { hooks } = settings;
  if (hooks === undefined || !isJsonObject(hooks)) return [];
  return Object.entries(hooks).flatMap(([event, list]) =>
    (Array.isArray(list) ? (list as readonly JsonValue[]) : []).flatMap((entry) =>
      commandsOf(entry).map((command) => ({ event, command })),
    ),
  );
}

/** `entry` without Writ's commands: nothing, or what somebody else keeps in the same group. */
function withoutOurs(entry: JsonValue): readonly JsonValue[] {
  if (!isJsonObject(entry) || commandsOf(entry).length === 0) return [entry];
  const { hooks } = entry;
  const others = Array.isArray(hooks) ? (hooks as readonly JsonValue[]).flatMap(withoutOurs) : [];
  return others.length === 0 ? [] : [{ ...entry, hooks: [...others] }];
}

function commandsOf(entry: JsonValue): readonly string[] {
  if (!isJsonObject(entry)) return [];
  const { command, bash, hooks } = entry;
  const nested = Array.isArray(hooks) ? (hooks as readonly JsonValue[]).flatMap(commandsOf) : [];
  return [command, bash, ...nested].filter(
    (one): one is string => typeof one === 'string' && one.includes(OURS) && one.includes('--host'),
  );
}
