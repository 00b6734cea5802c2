/** The question before what changes something: exactly what will happen, and why it is done. */
import { AlertDialog } from '@base-ui/react/alert-dialog';
import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { whatToDo } from '../../api/index.ts';
import { Button } from '../button.tsx';
import { sentence } from '../states.tsx';

const MOST_REASON = 500;
/** So long after it opened nothing can be confirmed yet, in milliseconds: a second click was meant for what stood there before. */
const UNARMED_MS = 500;

/** What is asked. */
export interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** A question: `Suspend billing-agent?`. Of names that agents wrote, through `AgentText`. */
  readonly title: ReactNode;
  /** Exactly what will happen, to what. */
  readonly children: ReactNode;
  /** The verb of the button: `Suspend`. */
  readonly verb: string;
  readonly isDangerous?: boolean;
  /** `required` by default, and kept in the record. */
  readonly reason?: 'required' | 'optional' | 'none';
  /** Why it cannot be done any more, or not yet: it is said, and the button is dead. */
  readonly blocked?: ReactNode;
  /** For what takes room to read. */
  readonly isWide?: boolean;
  /** Where the focus begins: at the reason, or at what is to be read first. */
  readonly begins?: 'reason' | 'reading';
  /** Does it; what it throws is said here, and the dialog stays. */
  readonly onConfirm: (reason: string) => Promise<unknown>;
}

/** Nothing happens by Enter alone: the focus begins where the reason is written, or at Cancel. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const { isOpen, onClose, isWide = false, begins = 'reason' } = props;
  const reading = useRef<HTMLFormElement>(null);
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-[#0008]" />
        <AlertDialog.Popup
          {...(begins === 'reading' ? { initialFocus: reading } : {})}
          className={`fixed left-1/2 z-50 -translate-x-1/2 overflow-y-auto rounded-lg border border-line-strong bg-raised p-5 shadow-float ${isWide ? 'top-[4vh] max-h-[92vh] w-[min(44rem,calc(100vw-1rem))]' : 'top-[10vh] max-h-[80vh] w-[min(32rem,calc(100vw-2rem))]'}`}
        >
          <Question {...props} reading={reading} />
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function Question({
  title,
  children,
  verb,
  isDangerous = false,
  reason: wants = 'required',
  blocked,
  reading,
  onConfirm,
  onClose,
}: ConfirmDialogProps & { readonly reading: RefObject<HTMLFormElement | null> }): ReactNode {
  const id = useId();
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [isArmed, setArmed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setArmed(true), UNARMED_MS);
    return () => clearTimeout(timer);
  }, []);
  const isBlocked = blocked !== undefined && blocked !== null && blocked !== false;
  const isReady = isArmed && !isBlocked && (wants !== 'required' || reason.trim() !== '');
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm(reason.trim());
      onClose();
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      ref={reading}
      tabIndex={-1}
      className="outline-none"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isBusy) void confirm();
      }}
    >
      <AlertDialog.Title className="text-lg">{title}</AlertDialog.Title>
      <AlertDialog.Description render={<div />} className="mt-2 text-ink-2">
        {children}
      </AlertDialog.Description>
      {wants !== 'none' && (
        <div className="mt-4">
          <label htmlFor={id} className="text-sm font-medium">
            Reason{wants === 'optional' && ' (may be left out)'}
          </label>
          <textarea
            id={id}
            rows={2}
            maxLength={MOST_REASON}
            required={wants === 'required'}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            className="mt-1 w-full rounded-md border border-edge bg-panel px-3 py-2"
          />
          <p className="text-xs text-ink-3">Kept in the record, under your name.</p>
        </div>
      )}
      {isBlocked && (
        <div role="alert" className="mt-3 rounded-md bg-step-up-ground px-3 py-2 text-sm text-step-up">
          {blocked}
        </div>
      )}
      {problem !== undefined && (
        <p role="alert" className="mt-3 rounded-md bg-deny-ground px-3 py-2 text-sm text-deny">
          Nothing was done: {problem instanceof Error ? sentence(problem.message) : 'it is not known why.'}{' '}
          {whatToDo(problem)}
        </p>
      )}
      <div className="mt-5 flex justify-end gap-2">
        <AlertDialog.Close render={<Button />}>Cancel</AlertDialog.Close>
        <Button type="submit" kind={isDangerous ? 'danger' : 'main'} disabled={!isReady || isBusy}>
          {verb}
        </Button>
      </div>
    </form>
  );
}
