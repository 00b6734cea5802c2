/** Arguments that are mirrored in headers, by the definition of a tool that was accepted. */
import { BoundedMap, type Pin } from '@writ/core';
import { type HeaderAnnotation, headerAnnotations } from '../../definitions/index.ts';

/** Tools remembered; the least recently used leave first. */
const CAPACITY = 10_000;
const NONE: readonly HeaderAnnotation[] = [];

/** What is pinned, as it stands at this instant. */
export interface PinState {
  pins(server?: string): readonly Pin[];
  pinStanding(
    server: string,
    tool: string,
  ): { readonly status: string; readonly definitionHash: string } | undefined;
}

/** Reads them of `state`: what a server lists meanwhile changes nothing before somebody accepted it. A tool that is not accepted has none, and is not called. */
export function acceptedHeaders(
  state: PinState,
): (server: string, tool: string) => readonly HeaderAnnotation[] {
  const known = new BoundedMap<string, readonly HeaderAnnotation[]>(CAPACITY);
  return (server, tool) => {
    const standing = state.pinStanding(server, tool);
    if (standing?.status !== 'accepted') return NONE;
    const key = `${server}/${tool} ${standing.definitionHash}`;
    const found = known.get(key) ?? read(state, server, tool, standing.definitionHash);
    known.set(key, found);
    return found;
  };
}

function read(state: PinState, server: string, tool: string, hash: string): readonly HeaderAnnotation[] {
  const pin = state.pins(server).find((one) => one.tool === tool && one.definitionHash === hash);
  const annotations = pin === undefined ? { annotations: NONE } : headerAnnotations(pin.definition);
  return 'annotations' in annotations ? annotations.annotations : NONE;
}
