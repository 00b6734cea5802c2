/** What one approves with: passkeys of this control plane, keys on one's own machines, and how there come to be more. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { whatToDo } from '../../api/index.ts';
import {
  AgentText,
  Badge,
  Button,
  EmptyState,
  ErrorState,
  Id,
  sentence,
  SidePanel,
  Skeleton,
} from '../../ui/index.ts';
import { useOwnKeys } from './queries.ts';
import { makePasskey } from './passkey.ts';

/** The same by key, on a machine of one's own: that of the key, and not this page, says then what is signed. */
export function OtherWays({ id }: { readonly id: string }): ReactNode {
  return (
    <details className="text-xs text-ink-3">
      <summary className="w-fit cursor-pointer">With a key of your own machine instead</summary>
      <pre className="mt-1 overflow-x-auto rounded-md bg-sunken px-2 py-1" tabIndex={0} aria-label="Command">
        writ approvals approve {id} --plane
      </pre>
      <p className="mt-1">There, that command computes the digest, and not a page that this server sends.</p>
    </details>
  );
}

export function OwnKeysPanel({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { data: keys, error, refetch } = useOwnKeys();
  return (
    <SidePanel title="Your keys" onClose={onClose}>
      {keys === undefined ? (
        error === null ? (
          <Skeleton label="Loading your keys" rows={3} />
        ) : (
          <ErrorState what="your keys" problem={error} onRetry={() => void refetch()} />
        )
      ) : (
        <div className="space-y-4">
          {keys.length === 0 && (
            <EmptyState title="You have no key yet" command="writ approvals register-key --plane">
              Make a passkey on this device, or register a key of your machine.
            </EmptyState>
          )}
          <ul className="divide-y divide-line text-sm">
            {keys.map(({ keyId, method, passkey }) => (
              <li key={keyId} className="flex items-center gap-3 py-2">
                <Badge>{method}</Badge>
                <span className="min-w-0 flex-1 truncate">
                  {passkey !== undefined && <AgentText text={passkey.name} limit={60} />}
                </span>
                <Id id={keyId} label="key" />
              </li>
            ))}
          </ul>
          <NewPasskey />
          <p className="text-sm text-ink-3">
            A node believes a key once a signed bundle names it. Until then answers with it are kept here and
            release nothing.
          </p>
        </div>
      )}
    </SidePanel>
  );
}

function NewPasskey(): ReactNode {
  const queries = useQueryClient();
  const [problem, setProblem] = useState<unknown>();
  const [name, setName] = useState('');
  const [isBusy, setBusy] = useState(false);
  const make = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await makePasskey(name.trim());
      setName('');
      await queries.invalidateQueries({ queryKey: ['approver_keys'] });
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="space-y-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '' && !isBusy) void make();
      }}
    >
      <label className="block text-sm font-medium">
        Name of a new passkey
        <input
          className="mt-1 block h-8 w-full rounded-md border border-edge bg-panel px-3 font-normal"
          value={name}
          maxLength={60}
          required
          autoComplete="off"
          placeholder="this laptop"
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <Button type="submit" aria-disabled={isBusy}>
        Make a passkey on this device
      </Button>
      {problem !== undefined && (
        <p role="alert" className="rounded-md bg-deny-ground px-3 py-2 text-sm text-deny">
          {problem instanceof Error ? sentence(problem.message) : 'It is not known why.'} {whatToDo(problem)}
        </p>
      )}
    </form>
  );
}
