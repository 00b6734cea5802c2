/** Every driver there is. */
import { bubblewrapDriver, programAt } from './bubblewrap/index.ts';
import { containerDriver } from './container/index.ts';
import type { SandboxDriver } from './types.ts';

/** Engine and runtime of the drivers over containers, by name. `runsc` is gVisor; Kata runs each container in a machine of its own. */
const ENGINES: readonly (readonly [name: string, program: string, runtime?: string])[] = [
  ['docker', 'docker'],
  ['podman', 'podman'],
  ['gvisor', 'docker', 'runsc'],
  ['microvm', 'docker', 'kata'],
];

/** All of them, none of them tried. `image`: what containers are made of, already there. Each is to be closed. */
export function sandboxDrivers({ image }: { readonly image?: string } = {}): readonly SandboxDriver[] {
  return [
    bubblewrapDriver(),
    ...ENGINES.map(([name, program, runtime]) => {
      const engine = programAt(program);
      return containerDriver({
        name,
        ...(engine === undefined ? {} : { engine }),
        ...(runtime === undefined ? {} : { runtime }),
        ...(image === undefined ? {} : { image }),
      });
    }),
  ];
}
