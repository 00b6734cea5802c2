/** `plane.discloses` in `writ.yaml`: what of its entries a node shows its control plane. */
import { ALWAYS_DISCLOSABLE, type DisclosableField, LOOK_DISCLOSABLE } from '@writ/core';
import { invalid, suggest } from '../place.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { readFields, readList, readText } from '../shape.ts';
import type { Discloses } from './types.ts';

const DISCLOSABLE: readonly DisclosableField[] = [...ALWAYS_DISCLOSABLE, ...LOOK_DISCLOSABLE];

/** Nothing, where a list is absent. Throws `config.invalid`. */
export function parseDiscloses(value: PlacedValue): Discloses {
  const fields = readFields(value, ['always', 'onRequest']);
  const [always, onRequest] = ['always', 'onRequest'].map((name) => fields.get(name));
  return {
    always: always === undefined ? [] : readNames(always, false),
    onRequest: onRequest === undefined ? [] : readNames(onRequest, true),
  };
}

function readNames(value: PlacedValue, isForLooks: boolean): readonly DisclosableField[] {
  const names = readList(value).map((one) => {
    const text = readText(one);
    const name = DISCLOSABLE.find((known) => known === text);
    if (name === undefined)
      throw invalid(
        one.place,
        `\`${text.slice(0, 60)}\` is no field that is disclosed`,
        suggest(text, isForLooks ? DISCLOSABLE : ALWAYS_DISCLOSABLE),
      );
    // INVARIANT: what was done, in full, never leaves with the entries.
    if (!isForLooks && LOOK_DISCLOSABLE.some((known) => known === name))
      throw invalid(one.place, `\`${name}\` is disclosed on request alone`, 'name it in `onRequest`');
    return name;
  });
  return [...new Set(names)];
}
