/** What differs between two sets besides their policies: mode, limits, patterns, entities. No decision that is compared need show it. */
import { canonicalJson, type JsonValue } from '../../kernel/index.ts';
import type { PolicySetOptions } from '../load.ts';

/** One thing that differs. A side is absent where that set does not have it. */
export interface SettingChange {
  /** `mode`, `audit_until`, `on_error`, `limit`, `pattern`, `entity`. */
  readonly setting: 'mode' | 'audit_until' | 'on_error' | 'limit' | 'pattern' | 'entity';
  /** Id of the limit, pattern or entity; empty for what a set has one of. */
  readonly id: string;
  readonly from?: JsonValue;
  readonly to?: JsonValue;
}

/** A set as settings are compared; `limits` and `patterns` with those that its packs bring. */
export type Settings = Pick<
  PolicySetOptions,
  'mode' | 'auditUntil' | 'onError' | 'limits' | 'patterns' | 'entities'
>;

/** Compares by id; order means nothing. In the order of the settings, then of ids. */
export function compareSettings(from: Settings, to: Settings): readonly SettingChange[] {
  const [left, right] = [settingsOf(from), settingsOf(to)];
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return keys
    .flatMap((key): SettingChange[] => {
      const [one, other] = [left.get(key), right.get(key)];
      const named = one ?? other;
      if (named === undefined || textOf(one?.value) === textOf(other?.value)) return [];
      return [
        {
          setting: named.setting,
          id: named.id,
          ...(one === undefined ? {} : { from: one.value }),
          ...(other === undefined ? {} : { to: other.value }),
        },
      ];
    })
    .sort(
      (one, other) => ORDER.indexOf(one.setting) - ORDER.indexOf(other.setting) || byText(one.id, other.id),
    );
}

const ORDER: readonly SettingChange['setting'][] = [
  'mode',
  'audit_until',
  'on_error',
  'limit',
  'pattern',
  'entity',
];

interface Setting {
  readonly setting: SettingChange['setting'];
  readonly id: string;
  readonly value: JsonValue;
}

function settingsOf(settings: Settings): ReadonlyMap<string, Setting> {
  const { mode, auditUntil, onError = 'deny', limits = [], patterns = [], entities = [] } = settings;
  const all: readonly Setting[] = [
    { setting: 'mode', id: '', value: mode },
    ...(auditUntil === undefined
      ? []
      : [{ setting: 'audit_until' as const, id: '', value: new Date(auditUntil).toISOString() }]),
    { setting: 'on_error', id: '', value: onError },
    ...limits.map((limit) => ({ setting: 'limit' as const, id: limit.id, value: plain(limit) })),
    ...patterns.map((one) => ({
      setting: 'pattern' as const,
      id: `${one.pack}.${one.name}`,
      value: plain(one),
    })),
    ...entities.map((one) => ({
      setting: 'entity' as const,
      id: `${one.uid.type}::${JSON.stringify(one.uid.id)}`,
      value: plain({ ...one, parents: one.parents.map(textOf).sort() }),
    })),
  ];
  const byKey = new Map<string, Setting>();
  // A pattern may be declared for several arguments under one name: each stands for itself.
  const counts = new Map<string, number>();
  for (const one of all) {
    const key = JSON.stringify([one.setting, one.id]);
    const nth = counts.get(key) ?? 0;
    counts.set(key, nth + 1);
    byKey.set(`${key} ${nth}`, one);
  }
  return byKey;
}

function plain(value: object): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

function textOf(value: unknown): string {
  return value === undefined ? '' : canonicalJson(value as JsonValue);
}

function byText(one: string, other: string): number {
  return one < other ? -1 : 1;
}
