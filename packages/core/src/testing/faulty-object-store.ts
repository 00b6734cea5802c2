/** A bucket that fails on purpose. */
import { Fault } from '../kernel/index.ts';
import type { ObjectStore } from '../audit/index.ts';

/** What one call does. `fails`: nothing happens and the caller is told. `fails_but_wrote`: it happens and the caller is told that it is not known. `hangs`: the answer never comes. */
export type StoreFault = 'works' | 'fails' | 'fails_but_wrote' | 'hangs';

/** Which call: counted from 0 over all calls that write. */
export type StoreFaultOf = (call: { readonly name: string; readonly count: number }) => StoreFault;

/** `store` with a fault chosen for each object that is put. */
export function faultyObjectStore(store: ObjectStore, faultOf: StoreFaultOf): ObjectStore {
  let count = 0;
  return {
    ...store,
    async put(name, bytes, condition) {
      const fault = faultOf({ name, count });
      count += 1;
      switch (fault) {
        case 'works':
          return store.put(name, bytes, condition);
        case 'fails':
          throw new Fault('log.unavailable', 'simulated: the store is out of reach');
        case 'fails_but_wrote':
          await store.put(name, bytes, condition);
          throw new Fault('log.unavailable', 'simulated: the answer of the store was lost');
        case 'hangs':
          return new Promise(() => {});
        default:
          return fault satisfies never;
      }
    },
  };
}
