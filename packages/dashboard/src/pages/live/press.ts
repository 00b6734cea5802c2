/** What stands still while it is pressed: a line that moved between press and release would open nothing, or another. */
import { useCallback, useEffect, useState } from 'react';

/** What stood there when it was pressed, until the click was told; and what says that it is pressed, to be called at the press. */
export function usePressed<Seen>(seen: Seen): readonly [pressed: Seen | undefined, press: () => void] {
  const [pressed, setPressed] = useState<Seen>();
  const isPressed = pressed !== undefined;
  useEffect(() => {
    if (!isPressed) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // The click comes after the release, in the same turn.
    const release = (): void => {
      timer = setTimeout(() => setPressed(undefined));
    };
    for (const name of ENDS) addEventListener(name, release);
    return () => {
      clearTimeout(timer);
      for (const name of ENDS) removeEventListener(name, release);
    };
  }, [isPressed]);
  return [pressed, useCallback(() => setPressed(seen), [seen])];
}

const ENDS = ['pointerup', 'pointercancel', 'blur'] as const;
