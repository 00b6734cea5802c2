/** Files of the set that is edited. */
import { type ReactNode, useState } from 'react';
import { AgentText, Button, Icon } from '../../../ui/index.ts';
import type { Issue, PolicyFile } from '../policy-data.ts';

const PLACES =
  /^(?:(?:organisation\/|(?:teams|agents)\/[^/]+\/)?[^/]+\.cedar|(?:packs|tests)\/[^/]+\.ya?ml|policy-set\.yaml|entities\.json)$/;

export function FileList({
  files,
  begin,
  open,
  issues,
  onOpen,
  onAdd,
  onRemove,
}: {
  readonly files: readonly PolicyFile[];
  readonly begin: readonly PolicyFile[];
  readonly open: string | undefined;
  readonly issues: readonly Issue[];
  readonly onOpen: (path: string) => void;
  readonly onAdd: (path: string) => void;
  readonly onRemove: (path: string) => void;
}): ReactNode {
  const [path, setPath] = useState('');
  const isGood = PLACES.test(path) && !files.some((one) => one.path === path);
  return (
    <nav
      aria-label="Files"
      className="shrink-0 border-b border-line p-2 md:w-60 md:overflow-y-auto md:border-r md:border-b-0"
    >
      <ul className="flex flex-wrap gap-1 md:flex-col">
        {files.map((file) => {
          const wrong = issues.filter((issue) => issue.file === file.path).length;
          const isChanged = !begin.some((one) => one.path === file.path && one.text === file.text);
          return (
            <li key={file.path} className="flex min-w-0 items-center">
              <button
                type="button"
                aria-current={file.path === open ? 'true' : undefined}
                className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 rounded-md px-2 py-1 text-left font-mono text-sm text-ink-2 hover:bg-hover aria-[current]:bg-accent-ground aria-[current]:text-accent"
                onClick={() => onOpen(file.path)}
              >
                <span className="min-w-0 max-w-full grow break-words">
                  <AgentText text={file.path} limit={80} />
                </span>
                {isChanged && <span className="text-xs text-step-up">edited</span>}
                {wrong > 0 && <span className="tabular text-xs text-deny">{wrong} wrong</span>}
              </button>
              {file.path !== 'policy-set.yaml' && file.path === open && (
                <button
                  type="button"
                  aria-label="Leave this file out"
                  className="rounded-md p-1 text-ink-3 hover:bg-hover"
                  onClick={() => onRemove(file.path)}
                >
                  <Icon name="close" />
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <form
        className="mt-3 flex gap-1"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isGood) return;
          onAdd(path);
          setPath('');
        }}
      >
        <input
          aria-label="Path of a new file"
          placeholder="teams/red/own.cedar"
          value={path}
          maxLength={300}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setPath(event.target.value.trim())}
          className="h-8 w-full min-w-0 rounded-md border border-edge bg-panel px-2 font-mono text-xs placeholder:text-ink-3"
        />
        <Button type="submit" disabled={!isGood}>
          Add
        </Button>
      </form>
    </nav>
  );
}
