/** What would happen if? A set edited file by file, its errors in place, its tests run as it is written. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { answered, api } from '../../../api/index.ts';
import { PageLink, useGoTo, useSearchWords, useSetSearch } from '../../../router/index.ts';
import { Button, ConfirmDialog, ErrorState, PageHead, Skeleton, useToast } from '../../../ui/index.ts';
import { changedPolicies } from '../diff.ts';
import { filesOf, type PolicyFile, usePolicyRights, VERSIONS } from '../policy-data.ts';
import { CheckPanel, useCheck } from './check-panel.tsx';
import { FileList } from './file-list.tsx';
import { STARTER } from './starter.ts';

const CodeEditor = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeEditor }));

export function EditPage(): ReactNode {
  const { from } = useSearchWords();
  const { data: versions, error } = useQuery(VERSIONS);
  // Where nobody says from what it grows it is what was approved last, or what came last.
  const base = from ?? (versions?.find(({ status }) => status === 'approved') ?? versions?.[0])?.id;
  const files = useQuery(filesOf(base));
  const problem = files.error ?? (base === undefined ? error : null);
  if (problem !== null)
    return (
      <>
        <PageHead title="Edit policies" />
        <ErrorState what="the files to begin with" problem={problem} onRetry={() => void files.refetch()} />
      </>
    );
  const isReady = base === undefined ? versions !== undefined : files.data !== undefined;
  if (!isReady)
    return (
      <>
        <PageHead title="Edit policies" />
        <Skeleton label="Loading the files" rows={8} />
      </>
    );
  return <Editor key={base ?? ''} base={base} begin={files.data ?? STARTER} />;
}

function Editor({
  base,
  begin,
}: {
  readonly base: string | undefined;
  readonly begin: readonly PolicyFile[];
}): ReactNode {
  const [files, setFiles] = useState(begin);
  const { file: named } = useSearchWords();
  const set = useSetSearch();
  const [goal, setGoal] = useState<{ readonly line: number; readonly column: number }>();
  const [isSending, setSending] = useState(false);
  const { canWork } = usePolicyRights();
  const open =
    files.find(({ path }) => path === named) ?? files.find(({ path }) => path.endsWith('.cedar')) ?? files[0];
  const check = useCheck(files, canWork);
  const changes = useMemo(() => changedPolicies(begin, files), [begin, files]);
  const isChanged = base === undefined || files !== begin;
  useWarning(files !== begin);
  const problems = check.data?.problems ?? [];
  const isSound = check.isCurrent && check.data !== undefined && problems.length === 0;
  const shownIssues = useMemo(
    () => (check.data?.problems ?? []).filter(({ file }) => file === open?.path),
    [check.data, open?.path],
  );
  return (
    <>
      <PageHead
        title="Edit policies"
        actions={
          canWork && (
            <Button kind="main" disabled={!isSound || !isChanged} onClick={() => setSending(true)}>
              Send for review
            </Button>
          )
        }
      >
        {base === undefined ? (
          'A first set to begin with.'
        ) : (
          <>
            Grown from <PageLink to={`/policies/${base}`}>a version</PageLink>, which stays as it is.
          </>
        )}
      </PageHead>
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        <FileList
          files={files}
          begin={begin}
          open={open?.path}
          issues={problems}
          onOpen={(path) => set({ file: path }, true)}
          onAdd={(path) => {
            setFiles([...files, { path, text: '' }].sort((one, other) => (one.path < other.path ? -1 : 1)));
            set({ file: path }, true);
          }}
          onRemove={(path) => setFiles(files.filter((one) => one.path !== path))}
        />
        <div className="flex min-h-72 min-w-0 flex-1 flex-col">
          {open !== undefined && (
            <Suspense fallback={<Skeleton label="Loading the editor" />}>
              <CodeEditor
                path={open.path}
                text={open.text}
                issues={shownIssues}
                goal={goal}
                onChange={(text) =>
                  setFiles((now) =>
                    now.map((one) => (one.path === open.path ? { path: one.path, text } : one)),
                  )
                }
              />
            </Suspense>
          )}
        </div>
        <CheckPanel
          check={check}
          canCheck={canWork}
          onGo={({ file, line = 1, column = 1 }) => {
            if (file !== undefined) set({ file }, true);
            setGoal({ line, column });
          }}
        />
      </div>
      <SendDialog
        isOpen={isSending}
        files={files}
        said={`${changes.added.length} policies are new, ${changes.changed.length} changed and ${changes.removed.length} removed, against what it grew from.`}
        failing={check.data?.cases.filter(({ passed }) => !passed).length ?? 0}
        onClose={() => setSending(false)}
        onSent={() => setFiles(begin)}
      />
    </>
  );
}

function SendDialog({
  isOpen,
  files,
  said,
  failing,
  onClose,
  onSent,
}: {
  readonly isOpen: boolean;
  readonly files: readonly PolicyFile[];
  readonly said: string;
  readonly failing: number;
  readonly onClose: () => void;
  readonly onSent: () => void;
}): ReactNode {
  const goTo = useGoTo();
  const queries = useQueryClient();
  const toast = useToast();
  const send = async (note: string): Promise<void> => {
    const body = { files: files.map(({ path, text }) => ({ path, text })), ...(note === '' ? {} : { note }) };
    const { id } = await answered(api.POST('/v1/policy-versions', { body }));
    await queries.invalidateQueries({ queryKey: ['policy_versions'] });
    onSent();
    toast('Sent for review');
    goTo(`/policies/${id}`);
  };
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title="Send these policies for review?"
      verb="Send"
      onConfirm={send}
    >
      <p>{said}</p>
      <p className="mt-2">
        It becomes a version that never changes, under your name. Nothing that is in force changes; somebody
        else reviews it, which you cannot.
      </p>
      {failing > 0 && (
        <p className="mt-2 text-deny">
          {failing} of its tests {failing === 1 ? 'fails' : 'fail'}: it can be read, and not be approved.
        </p>
      )}
    </ConfirmDialog>
  );
}

/** Asks before the window is closed with what was not sent. */
function useWarning(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const onLeave = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', onLeave);
    return () => removeEventListener('beforeunload', onLeave);
  }, [isOn]);
}
