/** Keys that work on every page: `g` and a letter goes to a place. */
import { useEffect } from 'react';
import { useGoTo } from '../router/index.ts';
import { PLACES } from './places.ts';

/** How long after `g` the letter may come, in milliseconds. */
const PAIR_MS = 1_200;

export function usePlaceKeys(): void {
  const goTo = useGoTo();
  useEffect(() => {
    let pressed = -Infinity;
    const onKey = (event: KeyboardEvent): void => {
      if (event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return;
      const place =
        event.timeStamp - pressed < PAIR_MS ? PLACES.find(({ key }) => key === event.key) : undefined;
      pressed = event.key === 'g' ? event.timeStamp : -Infinity;
      if (place === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      goTo(place.path);
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  });
}

function isBusy(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest(
      'input, textarea, select, [contenteditable], [role=dialog], [role=alertdialog], [role=menu]',
    ) !== null
  );
}
