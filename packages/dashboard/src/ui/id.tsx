/** Ids, digests and keys: shortened in the middle, whole on hover and in the clipboard. */
import { type ReactNode, useState } from 'react';

const HEAD = 6;
const TAIL = 6;
/** What shows that it was copied goes away after this many milliseconds. */
const COPIED_MS = 1_500;

/** `text` with its middle left out, where that is shorter. */
export function shortened(text: string, head: number = HEAD, tail: number = TAIL): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

/** An id that is copied by a click. `label`: what it is an id of. */
export function Id({ id, label = 'id' }: { readonly id: string; readonly label?: string }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(id);
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <button
      type="button"
      title={id}
      className="-mx-1 rounded-sm px-1 font-mono text-[0.93em] text-ink-2 hover:bg-hover hover:text-ink"
      onClick={(event) => {
        event.stopPropagation();
        void copy().catch(() => undefined);
      }}
    >
      <span className="print:hidden">{isCopied ? 'copied' : shortened(id)}</span>
      <span className="sr-only">
        , copy {label} {id}
      </span>
      <span className="hidden print:inline">{id}</span>
      <span role="status" className="sr-only">
        {isCopied ? `${label} copied` : ''}
      </span>
    </button>
  );
}
