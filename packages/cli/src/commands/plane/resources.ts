/** The objects of a control plane that have commands of their own: where they are, and which of their fields a list shows. */

/** A step that is made of one object: a method below its path. */
export interface ObjectAction {
  readonly word: string;
  readonly description: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Below the object's own path; empty for that itself. */
  readonly path: string;
  /** Whether it is made of the object as it was read. */
  readonly isConditional?: boolean;
}

/** One kind of objects. */
export interface Resource {
  /** The word of its command. */
  readonly word: string;
  readonly description: string;
  readonly path: string;
  readonly noun: string;
  /** Fields that a list shows, in this order; `a.b` is the field `b` of `a`. */
  readonly columns: readonly string[];
  /** `path`: where what is made is of another kind. */
  readonly create?: { readonly word: string; readonly description: string; readonly path?: string };
  readonly canGet?: boolean;
  /** Of fields that are named, or of all of them. */
  readonly changes?: 'PATCH' | 'PUT';
  readonly actions: readonly ObjectAction[];
}

const remove = (description: string): ObjectAction => ({
  word: 'remove',
  description,
  method: 'DELETE',
  path: '',
  isConditional: true,
});
/** What acts can be made to rest, and is removed in the end; each says what that means for it. */
const suspendable = (suspend: string, gone: string): readonly ObjectAction[] => [
  { word: 'suspend', description: suspend, method: 'POST', path: '/suspension', isConditional: true },
  { word: 'resume', description: 'let it go on', method: 'DELETE', path: '/suspension', isConditional: true },
  remove(gone),
];

export const RESOURCES: readonly Resource[] = [
  {
    word: 'people',
    description: 'people of the organisation of a control plane',
    path: '/v1/people',
    noun: 'person',
    columns: ['id', 'name', 'roles', 'status'],
    create: { word: 'create', description: 'add a person: `-F name=Ann -F roles=["writer"]`' },
    canGet: true,
    changes: 'PATCH',
    actions: [
      {
        word: 'invite',
        description: 'make the link with which they sign in first; it is shown once',
        method: 'POST',
        path: '/invitation',
      },
      ...suspendable(
        'end their sessions; tokens and passkeys are good no more',
        'remove a person; what they did stays in the record',
      ),
    ],
  },
  {
    word: 'teams',
    description: 'teams of the organisation of a control plane',
    path: '/v1/teams',
    noun: 'team',
    columns: ['id', 'name'],
    create: { word: 'create', description: 'make a team: `-F name=Payments`' },
    canGet: true,
    changes: 'PATCH',
    actions: [remove('remove a team that nobody is in')],
  },
  {
    word: 'tokens',
    description: 'your API tokens at a control plane (those of a gateway: `writ token`)',
    path: '/v1/api-tokens',
    noun: 'token',
    columns: ['id', 'name', 'roles', 'expires'],
    create: {
      word: 'create',
      description: 'make one, shown once: `-F name=ci -F roles=["reader"] -F days=30`',
    },
    actions: [
      { word: 'revoke', description: 'the next call with it is refused', method: 'DELETE', path: '' },
    ],
  },
  {
    word: 'agents',
    description: 'agents that a control plane knows',
    path: '/v1/agents',
    noun: 'agent',
    columns: ['id', 'name', 'team', 'status', 'reviewDue'],
    create: { word: 'create', description: 'register an agent; `/v1/reference` says its fields' },
    canGet: true,
    changes: 'PUT',
    actions: suspendable(
      'its next action is refused, everywhere: `-F reason=…`',
      'remove an agent; what it did stays in the record',
    ),
  },
  {
    word: 'fleet',
    description: 'nodes that a control plane governs',
    path: '/v1/nodes',
    noun: 'node',
    columns: ['id', 'name', 'environment', 'status', 'live.isStale', 'live.lag', 'live.softwareVersion'],
    create: {
      word: 'code',
      description: 'make the code with which one node is enrolled: `-F name=build -F environment=production`',
      path: '/v1/enrolments',
    },
    canGet: true,
    actions: suspendable(
      'its next request, and its entries, are refused: `-F reason=…`',
      'remove a node for good; what it wrote stays',
    ),
  },
  {
    word: 'stops',
    description: 'kill switches of a control plane (`writ kill --plane` places them too)',
    path: '/v1/stops',
    noun: 'stop',
    columns: ['id', 'scope', 'target', 'reason', 'words', 'status'],
    create: {
      word: 'place',
      description:
        'stop an agent, a team, a server, a tool or everything: `-F scope=agent -F target=bot -F words=…`',
    },
    canGet: true,
    actions: [
      {
        word: 'lift',
        description: 'by another administrator than who placed it: `-F words=…`',
        method: 'POST',
        path: '/lift',
        isConditional: true,
      },
    ],
  },
  {
    word: 'alerts',
    description: 'alerts of a control plane',
    path: '/v1/alerts',
    noun: 'alert',
    columns: ['id', 'severity', 'source', 'text', 'status'],
    create: { word: 'raise', description: 'raise one by hand: `-F severity=high -F text=…`' },
    canGet: true,
    actions: [],
  },
];
