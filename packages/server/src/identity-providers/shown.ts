/** An identity provider as people are shown it: what it gives them, and whether it answers. Nothing of its secret, and not where that is. */
import { z } from 'zod';
import { ROLES } from '../authority/index.ts';
import type { ProviderStanding } from './outages.ts';
import { ID_TOKEN_ALGORITHMS, type IdentityProviderSettings } from './settings.ts';

/** As it is answered with. */
export interface ProviderShown
  extends Omit<IdentityProviderSettings, 'organisation' | 'clientSecretEnv' | 'clientSecretFile' | 'scopes'>,
    Pick<ProviderStanding, 'isOut'> {
  readonly failingSince?: number | undefined;
}

export const PROVIDER_SHOWN: z.ZodType<ProviderShown> = z.object({
  id: z.string(),
  name: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  algorithms: z.array(z.enum(ID_TOKEN_ALGORITHMS)),
  groupsClaim: z.string(),
  groups: z.array(
    z.object({
      group: z.string(),
      roles: z.array(z.enum(ROLES)),
      teams: z.array(z.string()),
      groups: z.array(z.string()),
    }),
  ),
  createPeople: z.boolean(),
  linkByVerifiedEmail: z.boolean(),
  isOut: z.boolean(),
  failingSince: z.int().optional(),
});

/** `settings` as they are shown. */
export function shownProvider(
  {
    organisation: _organisation,
    clientSecretEnv: _env,
    clientSecretFile: _file,
    scopes: _scopes,
    ...settings
  }: IdentityProviderSettings,
  standing: ProviderStanding | undefined,
): ProviderShown {
  const { isOut = false, failingSince } = standing ?? {};
  return { ...settings, isOut, ...(failingSince === undefined ? {} : { failingSince }) };
}
