/** A form above a page: what is made or changed, and what was wrong with it. */
import { Dialog } from '@base-ui/react/dialog';
import { type ReactNode, useState } from 'react';
import { ApiProblem, whatToDo } from '../../api/index.ts';
import { Button } from '../button.tsx';
import { sentence } from '../states.tsx';

/** What the form is given: why each field was refused, by JSON pointer. */
export type WrongFields = (pointer: string) => string | undefined;

export interface FormDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  /** The verb of the button: `Register`. */
  readonly verb: string;
  readonly children: (wrong: WrongFields) => ReactNode;
  /** Does it; what it throws is said here, and the dialog stays. `stay` keeps it open. */
  readonly onSubmit: () => Promise<unknown>;
  /** In place of the fields once it is done: what is shown once. */
  readonly done?: ReactNode;
}

export function FormDialog(props: FormDialogProps): ReactNode {
  const { isOpen, onClose, done } = props;
  return (
    <Dialog.Root
      open={isOpen}
      onOpenChange={(open) => !open && onClose()}
      // What is shown once is not lost to a click beside it.
      disablePointerDismissal={done !== undefined}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[#0008]" />
        <Dialog.Popup className="fixed top-[6vh] left-1/2 z-50 max-h-[88vh] w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 overflow-y-auto rounded-lg border border-line-strong bg-raised p-5 shadow-float outline-none">
          <Body {...props} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Body({ title, verb, children, onSubmit, onClose, done }: FormDialogProps): ReactNode {
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onSubmit();
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  };
  const wrong: WrongFields = (pointer) =>
    problem instanceof ApiProblem
      ? problem.fields.find((field) => field.pointer.replace(/^\/body/, '').startsWith(pointer))?.detail
      : undefined;
  if (done !== undefined)
    return (
      <>
        <Dialog.Title className="text-lg">{title}</Dialog.Title>
        <div className="mt-2">{done}</div>
        <div className="mt-5 flex justify-end">
          <Button kind="main" onClick={onClose}>
            Done
          </Button>
        </div>
      </>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void submit();
      }}
    >
      <Dialog.Title className="text-lg">{title}</Dialog.Title>
      {children(wrong)}
      {problem !== undefined && (
        <p role="alert" className="mt-3 rounded-md bg-deny-ground px-3 py-2 text-sm text-deny">
          Nothing was changed: {problem instanceof Error ? sentence(problem.message) : 'it is not known why.'}{' '}
          {whatToDo(problem)}
        </p>
      )}
      <div className="mt-5 flex justify-end gap-2">
        <Dialog.Close render={<Button />}>Cancel</Dialog.Close>
        <Button type="submit" kind="main" disabled={isBusy}>
          {verb}
        </Button>
      </div>
    </form>
  );
}
