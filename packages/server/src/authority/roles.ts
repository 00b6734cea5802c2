/** The roles of people, as Cedar: the control plane is governed by the engine that it governs agents with. */
import type { PolicySource } from '@writ/core';

/** `reader` sees, `writer` works with agents and drafts, `admin` administers people and the plane, `auditor` sees everything, records included, and changes nothing. */
export const ROLES = ['reader', 'writer', 'admin', 'auditor'] as const;
export type Role = (typeof ROLES)[number];
/** What somebody acts as: `emergency` is nobody's role, and that of a session which emergency access began. */
export type ActingRole = Role | 'emergency';

/**
 * What a route does, in one word a client can be told. `read`: anything but the record. `audit`: the record and who did what. `work`: agents, drafts, own settings. `decide`: approvals and
 * reviews. `watch`: what agents do as it happens, in codes and names, without the record. `look`: what entries hold in full, each time with an entry that says who looked. `stop`: kill switches, which only tighten. `administer`: people, roles, teams, nodes, channels. `own`: one's own sessions and credentials. `leave`: who one is, and ending this session. `serve`: what nodes do.
 */
export const ACTIONS = [
  'read',
  'watch',
  'audit',
  'look',
  'work',
  'decide',
  'stop',
  'administer',
  'own',
  'leave',
  'serve',
] as const;
export type Access = (typeof ACTIONS)[number];

export const ROLES_SCHEMA: PolicySource = {
  name: 'roles.cedarschema',
  text: `entity Organisation;
entity Role enum ["reader", "writer", "admin", "auditor", "emergency"];
entity Team in [Organisation];
entity Person in [Role, Team] { organisation: Organisation };
entity Node { organisation: Organisation };
entity Object in [Team] { organisation: Organisation, authors: Set<Person> };
action "read", "watch", "audit", "look", "work", "decide", "stop", "administer", "own", "leave"
  appliesTo { principal: [Person], resource: [Object], context: {} };
action "serve" appliesTo { principal: [Node], resource: [Object], context: {} };
`,
};

export const ROLES_POLICIES: PolicySource = {
  name: 'roles.cedar',
  text: `@id("roles-read")
permit (principal, action == Action::"read", resource)
when { principal in [Role::"reader", Role::"writer", Role::"admin", Role::"auditor"] };

@id("roles-watch")
permit (principal, action == Action::"watch", resource)
when { principal in [Role::"reader", Role::"writer", Role::"admin", Role::"auditor"] };

@id("everybody-owns")
permit (principal, action == Action::"own", resource);

@id("everybody-leaves")
permit (principal, action == Action::"leave", resource);

@id("emergency-reads-and-stops")
permit (principal in Role::"emergency", action in [Action::"read", Action::"stop"], resource);

@id("emergency-reads-and-stops-alone")
forbid (principal in Role::"emergency", action, resource)
unless { [Action::"read", Action::"stop", Action::"leave"].contains(action) };

@id("auditor-audits")
permit (principal in Role::"auditor", action in [Action::"audit", Action::"look"], resource);

@id("admin-audits")
permit (principal in Role::"admin", action in [Action::"audit", Action::"look"], resource);

@id("writer-works")
permit (principal in Role::"writer", action in [Action::"work", Action::"decide", Action::"stop"], resource);

@id("admin-administers")
permit (
  principal in Role::"admin",
  action in [Action::"work", Action::"decide", Action::"stop", Action::"administer"],
  resource
);

@id("node-serves")
permit (principal is Node, action == Action::"serve", resource);

@id("auditor-changes-nothing")
forbid (
  principal in Role::"auditor",
  action in [Action::"work", Action::"decide", Action::"stop", Action::"administer"],
  resource
);

@id("nobody-decides-their-own")
forbid (principal is Person, action == Action::"decide", resource is Object)
when { resource.authors.contains(principal) };

@id("own-organisation-alone")
forbid (principal, action, resource)
unless { principal.organisation == resource.organisation };
`,
};
