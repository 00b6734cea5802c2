/** Providers whose tokens are known. */
import { entra } from './entra.ts';
import { google } from './google.ts';
import { keycloak } from './keycloak.ts';
import { okta } from './okta.ts';
import { type PresetInput, type PresetResult, standard } from './preset.ts';

export { type PresetInput, type PresetResult } from './preset.ts';

export type PresetName = 'standard' | 'okta' | 'entra' | 'google' | 'keycloak';

const MAKERS: Readonly<Record<PresetName, (input: PresetInput) => PresetResult>> = {
  standard,
  okta,
  entra,
  google,
  keycloak,
};

/** Names of the presets; `standard` is RFC 9068. */
export const PRESETS: readonly PresetName[] = ['standard', 'okta', 'entra', 'google', 'keycloak'];

/** The preset of `name`. */
export function presetOf(name: PresetName, input: PresetInput): PresetResult {
  return MAKERS[name](input);
}
