import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered, api } from '../../api/index.ts';
import { AgentText, ConfirmDialog, useToast } from '../../ui/index.ts';
import { asLine } from './alert-words.ts';
import type { Alert } from './queries.ts';
import { SeverityShown } from './severity-shown.tsx';

/** Says that somebody looks after it; it does not make its cause go away, and says so. */
export function AcknowledgeDialog({
  alert,
  onClose,
}: {
  readonly alert: Alert;
  readonly onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const say = useToast();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title="Look after this alert?"
      verb="Acknowledge"
      onConfirm={async (reason) => {
        await answered(
          api.POST('/v1/alerts/{alert}/acknowledgement', {
            params: { path: { alert: alert.id } },
            body: { words: asLine(reason) },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['alerts'] });
        say('Acknowledged', 'Others see that you look after it.');
      }}
    >
      <p className="text-ink">
        <SeverityShown severity={alert.severity} /> <AgentText text={alert.text} />
      </p>
      <p className="mt-2">
        Others see that you look after it, and what you say. Nothing else changes; it is raised again if it
        comes again.
      </p>
    </ConfirmDialog>
  );
}
