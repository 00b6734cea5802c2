/** Going through a session step by step: by keys, by buttons, or by itself. Where one is stands in the address. */
import { useEffect, useRef, useState } from 'react';
import { useSearchWords, useSetSearch } from '../../router/index.ts';
import type { SessionStep } from './flow.ts';

/** How long each step stands while it plays, in milliseconds. */
const STEP_MS = 900;
/** Where keys are for something else. */
const BUSY =
  'input, textarea, select, [contenteditable], [role=dialog], [role=alertdialog], [role=menu], [role=complementary] a';

/** Where one is, and how one moves. */
export interface Replay {
  /** Counted from 0; the last where nobody went anywhere. */
  readonly at: number;
  /** Whether it stands at the end and goes on with the session. */
  readonly isFollowing: boolean;
  readonly isPlaying: boolean;
  readonly goTo: (at: number) => void;
  readonly toggle: () => void;
  /** Back to the end, and on with what comes. */
  readonly follow: () => void;
}

export function useReplay(steps: readonly SessionStep[]): Replay {
  const named = useSearchWords()['at'];
  const set = useSetSearch();
  const [isPlaying, setPlaying] = useState(false);
  const last = steps.length - 1;
  const found = named === undefined ? -1 : steps.findIndex(({ id }) => id === named);
  const isFollowing = found === -1;
  const at = isFollowing ? last : found;
  const goTo = (place: number): void => {
    const step = steps[Math.max(0, Math.min(last, place))];
    if (step !== undefined) set({ at: step.id }, true);
  };
  const move = (place: number): void => {
    setPlaying(false);
    goTo(place);
  };
  // At the end it begins anew; whoever wants no motion goes one step.
  const toggle = (): void => {
    if (isPlaying) return setPlaying(false);
    goTo(at >= last ? 0 : at + 1);
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) setPlaying(true);
  };
  const going = useRef(goTo);
  going.current = goTo;
  useEffect(() => {
    if (!isPlaying) return undefined;
    if (at >= last) {
      setPlaying(false);
      return undefined;
    }
    const timer = setTimeout(() => going.current(at + 1), STEP_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, at, last]);
  useKeys({
    ArrowLeft: () => move(at - 1),
    ArrowRight: () => move(at + 1),
    k: () => move(at - 1),
    j: () => move(at + 1),
    Home: () => move(0),
    End: () => move(last),
    ' ': toggle,
  });
  const follow = (): void => {
    setPlaying(false);
    set({ at: undefined }, true);
  };
  return { at, isFollowing, isPlaying, goTo: move, toggle, follow };
}

function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
      const { target } = event;
      if (target instanceof HTMLElement && target.closest(BUSY) !== null) return;
      // What is pressed by the space bar is pressed.
      if (event.key === ' ' && target instanceof HTMLElement && target.closest('a, button') !== null) return;
      const act = Object.hasOwn(current.current, event.key) ? current.current[event.key] : undefined;
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
