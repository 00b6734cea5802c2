/** What is shown once: a code, a link, a token, or the command that it is used with. */
import { type ReactNode, useState } from 'react';
import { Button } from '../button.tsx';

/** `label`: what it is, for who listens. It is in the page for as long as this is, and nowhere else. */
export function Secret({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const [said, say] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied.');
    } catch {
      say('The browser did not let it be copied; select it instead.');
    }
  };
  return (
    <div className="mt-2">
      <p className="text-sm font-medium">{label}</p>
      <div className="mt-1 flex items-start gap-2">
        <pre
          tabIndex={0}
          aria-label={label}
          className="min-w-0 flex-1 rounded-md border border-line bg-sunken px-3 py-2 text-sm break-all whitespace-pre-wrap select-all"
        >
          {text}
        </pre>
        <Button onClick={() => void copy()} aria-label={`Copy: ${label}`}>
          Copy
        </Button>
      </div>
      <p role="status" className="min-h-4 text-xs text-ink-3">
        {said}
      </p>
    </div>
  );
}
