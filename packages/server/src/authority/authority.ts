/** Whether a caller may do something: asked of Cedar for each request, and refused where that fails. */
import { type Authorizer, type CedarEntity, createAuthorizer } from '@writ/core';
import { type Access, type ActingRole, ROLES_POLICIES, ROLES_SCHEMA } from './roles.ts';

/** Who asks. */
export interface Asking {
  readonly kind: 'person' | 'token' | 'node';
  readonly id: string;
  readonly organisation: string;
  readonly roles: readonly ActingRole[];
  readonly teams: readonly string[];
}

/** What they ask about: an object of an organisation, and who asked for it or wrote it. */
export interface AskedAbout {
  readonly organisation: string;
  readonly id: string;
  /** ULIDs of teams that it belongs to. */
  readonly teams?: readonly string[];
  /** ULIDs of people who must not decide it. */
  readonly authors?: readonly string[];
}

/** Answers by the roles' policies. */
export interface Authority {
  /** Whether `asking` may; the ids of the policies that say so, or that forbid it. */
  may(
    asking: Asking,
    access: Access,
    about: AskedAbout,
  ): { readonly isAllowed: boolean; readonly policies: readonly string[] };
}

export function createAuthority(
  authorizer: Authorizer = createAuthorizer(ROLES_SCHEMA, [ROLES_POLICIES]),
): Authority {
  return {
    may(asking, access, about) {
      const principal = { type: asking.kind === 'node' ? 'Node' : 'Person', id: asking.id };
      const resource = { type: 'Object', id: about.id };
      const { decision, reasons } = authorizer.ask({
        principal,
        action: access,
        resource,
        context: {},
        entities: [
          {
            uid: principal,
            attrs: { organisation: reference('Organisation', asking.organisation) },
            parents:
              asking.kind === 'node'
                ? []
                : [
                    ...asking.roles.map((id) => ({ type: 'Role', id })),
                    ...asking.teams.map((id) => ({ type: 'Team', id })),
                  ],
          },
          {
            uid: resource,
            attrs: {
              organisation: reference('Organisation', about.organisation),
              authors: (about.authors ?? []).map((id) => reference('Person', id)),
            },
            parents: (about.teams ?? []).map((id) => ({ type: 'Team', id })),
          },
        ],
      });
      return { isAllowed: decision === 'allow', policies: reasons };
    },
  };
}

function reference(type: string, id: string): CedarEntity['attrs'] {
  return { __entity: { type, id } };
}
