/** Everything by its name: ⌘K or Ctrl K, then type. */
import { Dialog } from '@base-ui/react/dialog';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { useGoTo } from '../router/index.ts';
import { Icon } from '../ui/index.ts';
import { PLACES } from './places.ts';
import { setTheme, THEMES } from './theme.ts';

/** One thing that can be done. */
interface Command {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly run: () => void;
}

export function Palette(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger className="inline-flex h-8 min-w-8 items-center gap-2 rounded-md border border-edge bg-panel px-2 text-sm text-ink-3 hover:bg-hover sm:w-64">
        <Icon name="search" />
        <span className="flex-1 text-left max-sm:sr-only">Search or go to</span>
        <kbd aria-hidden="true" className="text-xs max-sm:hidden">
          {isApple() ? '⌘K' : 'Ctrl K'}
        </kbd>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[#0008]" />
        <Dialog.Popup className="fixed top-[12vh] left-1/2 z-50 w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-lg border border-line-strong bg-raised shadow-float outline-none">
          <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
          <Commands onDone={() => setOpen(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Commands({ onDone }: { readonly onDone: () => void }): ReactNode {
  const id = useId();
  const goTo = useGoTo();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const commands = found(text, goTo);
  const current = Math.min(at, Math.max(0, commands.length - 1));
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    onDone();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const count = Math.max(1, commands.length);
    if (event.key === 'ArrowDown') setAt((current + 1) % count);
    else if (event.key === 'ArrowUp') setAt((current + count - 1) % count);
    else if (event.key === 'Enter') run(commands[current]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={commands.length === 0 ? undefined : `${id}-${current}`}
        aria-label="Search and commands"
        autoFocus
        value={text}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        placeholder="A page, an agent, a receipt…"
        className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-ink-3"
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} role="listbox" aria-label="Found" className="max-h-80 overflow-y-auto p-1">
        {commands.map((command, index) => (
          <li
            key={command.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            className="flex cursor-pointer items-center justify-between gap-4 rounded-md px-3 py-2 text-sm aria-selected:bg-accent-ground"
            onPointerMove={() => setAt(index)}
            onClick={() => run(command)}
          >
            <span className="truncate">{command.label}</span>
            {command.hint !== undefined && <kbd className="text-xs text-ink-3">{command.hint}</kbd>}
          </li>
        ))}
      </ul>
    </>
  );
}

function allCommands(goTo: ReturnType<typeof useGoTo>): readonly Command[] {
  return [
    ...PLACES.map(({ path, name, key }) => ({
      id: path,
      label: name,
      hint: `g ${key}`,
      run: () => goTo(path),
    })),
    { id: 'activity', label: 'Activity', run: () => goTo('/activity') },
    ...THEMES.map((theme) => ({
      id: `theme-${theme}`,
      label: `Theme: ${theme}`,
      run: () => setTheme(theme),
    })),
    { id: 'reference', label: 'Every route of the API', run: () => location.assign('/v1/reference') },
  ];
}

/** Those with each word in their name; then the same words looked for in the log and among agents. */
function found(text: string, goTo: ReturnType<typeof useGoTo>): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const named = allCommands(goTo).filter(({ label }) =>
    words.every((word) => label.toLowerCase().includes(word)),
  );
  if (words.length === 0) return named;
  const asked = text.trim();
  return [
    ...named,
    { id: 'in-log', label: `Look for “${asked}” in the log`, run: () => goTo('/log', { search: asked }) },
    {
      id: 'in-agents',
      label: `Look for “${asked}” among agents`,
      run: () => goTo('/agents', { search: asked }),
    },
  ];
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
