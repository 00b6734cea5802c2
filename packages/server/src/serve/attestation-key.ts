/** The key that a control plane attests sign-ins with, where its operator wants that: never made by itself, and by reference alone. */
import { Fault, isFault, parseSigningKey, readKeyFile, type SigningKey } from '@writ/core';
import type { SecretPlace } from './settings.ts';

/** The key at `place`; nothing where the settings name none. Throws `config.invalid` for one that is not there, `key.*` for one that is none or that others may read. */
export function openAttestationKey(
  place: SecretPlace | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): SigningKey | undefined {
  return place === undefined ? undefined : parseSigningKey(textAt(place, environment));
}

function textAt(place: SecretPlace, environment: Readonly<Record<string, string | undefined>>): string {
  const hint = 'make one with `writ server attestation-key FILE`, or leave `attestation` out: it is off then';
  if ('env' in place) {
    const text = environment[place.env]?.trim() ?? '';
    if (text !== '') return text;
    throw new Fault(
      'config.invalid',
      `the environment has no \`${place.env}\`, the key that attests sign-ins`,
      {
        hint,
      },
    );
  }
  try {
    return readKeyFile(place.file);
  } catch (fault) {
    if (!isFault(fault, 'key.missing')) throw fault;
    const { file } = place;
    throw new Fault('config.invalid', `no key that attests sign-ins stands at \`${file}\``, { file, hint });
  }
}
