/** Parts that the pages of policies share. */
import { type ReactNode, useId, useState } from 'react';
import { Button } from '../../ui/index.ts';

/** A part with its heading. */
export function Part({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-2 text-base">
        {title}
      </h2>
      {children}
    </section>
  );
}

/** A command that a person runs elsewhere, with a button that copies it. */
export function CommandBlock({ children }: { readonly children: string }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  return (
    <div className="mt-2 flex items-start gap-2">
      <pre
        aria-label="Command"
        className="min-w-0 flex-1 rounded-md break-words whitespace-pre-wrap border border-line bg-sunken px-3 py-1.5 text-sm"
      >
        {children}
      </pre>
      <Button
        onClick={() =>
          void navigator.clipboard.writeText(children).then(
            () => setCopied(true),
            () => undefined,
          )
        }
        aria-label="Copy the command"
      >
        {isCopied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
