/** Takes what was signed elsewhere: a file, or its text. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { answered, api } from '../../../api/index.ts';
import { ConfirmDialog, useToast } from '../../../ui/index.ts';
import type { PolicyVersion } from '../policy-data.ts';

export function TakeEnvelope({
  version,
  isOpen,
  onClose,
}: {
  readonly version: PolicyVersion;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const id = useId();
  const queries = useQueryClient();
  const toast = useToast();
  const [text, setText] = useState('');
  const take = async (): Promise<void> => {
    const envelope = parsed(text);
    const { version: number } = await answered(
      api.POST('/v1/bundles', { body: { policyVersion: version.id, envelope } }),
    );
    await Promise.all(['bundles', 'rollouts'].map((name) => queries.invalidateQueries({ queryKey: [name] })));
    setText('');
    toast(`Bundle ${number} was taken`, 'Nothing is activated by that.');
  };
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title="Give the signed bundle?"
      verb="Give it"
      reason="none"
      onConfirm={take}
    >
      <p>
        Its signature and its policies are verified against this version. It is kept, and no node is given it
        before a step of its roll-out.
      </p>
      <label htmlFor={id} className="mt-4 block text-sm font-medium text-ink">
        Envelope
      </label>
      <textarea
        id={id}
        rows={6}
        value={text}
        spellCheck={false}
        placeholder={'{"payloadType": …'}
        onChange={(event) => setText(event.target.value)}
        className="mt-1 w-full rounded-md border border-edge bg-panel px-3 py-2 font-mono text-xs text-ink placeholder:text-ink-3"
      />
      <input
        type="file"
        accept=".json,application/json"
        aria-label="Envelope as a file"
        className="mt-2 w-full text-sm"
        onChange={(event) => void event.target.files?.[0]?.text().then(setText)}
      />
    </ConfirmDialog>
  );
}

type Envelope = { payloadType: string; payload: string; signatures: { keyid: string; sig: string }[] };

function parsed(text: string): Envelope {
  try {
    return JSON.parse(text) as Envelope;
  } catch {
    throw new Error('this is not the JSON that `writ policy sign` wrote');
  }
}
