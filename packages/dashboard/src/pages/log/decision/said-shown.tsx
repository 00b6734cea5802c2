/** A sentence in which somebody else's words stand. */
import type { ReactNode } from 'react';
import { AgentText } from '../../../ui/index.ts';
import type { Said } from './line/index.ts';

const LONGEST = 120;

export function SaidShown({ said }: { readonly said: readonly Said[] }): ReactNode {
  return said.map((piece, at) =>
    typeof piece === 'string' ? (
      // Commands in sentences stand between backquotes.
      piece.split('`').map((words, place) =>
        place % 2 === 1 ? (
          // oxlint-disable-next-line react/no-array-index-key -- pieces have no name but their place
          <code key={`${at} ${place}`}>{words}</code>
        ) : (
          words
        ),
      )
    ) : (
      // oxlint-disable-next-line react/no-array-index-key -- so do these
      <span key={at} className="font-mono text-[0.93em]">
        <AgentText text={piece.quoted} limit={LONGEST} />
      </span>
    ),
  );
}
