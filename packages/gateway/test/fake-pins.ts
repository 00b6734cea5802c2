/** Pins and policy in memory, as a node keeps them. */
import { definitionHash, type Fault, type Pin, type ToolDefinition } from '@writ/core';
import type { GatewayPorts } from '../src/mcp/index.ts';

/** Pins that a test can look at and accept. */
export interface FakePins extends Pick<GatewayPorts, 'pins' | 'policy' | 'state'> {
  /** What policy was given last. */
  readonly served: ToolDefinition[][];
  accept(server: string, tool: string): void;
}

/** Empty pins; `policyFault` makes the policy refuse to load. */
export function createFakePins(policyFault?: Fault): FakePins {
  const pins = new Map<string, Pin>();
  const served: ToolDefinition[][] = [];
  const key = (server: string, tool: string): string => `${server}/${tool}`;
  return {
    served,
    accept(server, tool) {
      const pin = pins.get(key(server, tool));
      if (pin === undefined) throw new Error('nothing pinned');
      const { accepted: _accepted, ...rest } = pin;
      pins.set(key(server, tool), { ...rest, status: 'accepted' });
    },
    state: {
      pins: (server) => [...pins.values()].filter((pin) => server === undefined || pin.server === server),
    },
    policy: {
      load: (tools) => {
        served.push([...tools]);
        return policyFault === undefined ? Promise.resolve() : Promise.reject(policyFault);
      },
      setTools: (tools) => {
        served.push([...tools]);
        return Promise.resolve(true);
      },
    },
    pins: {
      isAccepted: (server, tool, hash) => {
        const pin = pins.get(key(server, tool));
        return pin?.status === 'accepted' && pin.definitionHash === hash;
      },
      pinTools: (isTrusted, definitions) =>
        Promise.resolve(
          definitions.map(({ server, name, definition }) => {
            const hash = definitionHash(definition);
            const known = pins.get(key(server, name));
            if (known?.definitionHash === hash) {
              return {
                server,
                tool: name,
                definitionHash: hash,
                status: known.status,
                cause: 'known' as const,
              };
            }
            const status =
              known === undefined && isTrusted ? ('accepted' as const) : ('quarantined' as const);
            const accepted = known?.status === 'accepted' ? { accepted: known } : {};
            pins.set(key(server, name), {
              server,
              tool: name,
              definitionHash: hash,
              status,
              definition,
              ...accepted,
            });
            const cause =
              known !== undefined
                ? ('changed' as const)
                : isTrusted
                  ? ('trusted' as const)
                  : ('first_seen' as const);
            return { server, tool: name, definitionHash: hash, status, cause };
          }),
        ),
    },
  };
}
