/** Whether the page is being printed: then a list draws more than what is seen. */
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** Drawn before the browser takes the page, which it does as soon as its event was heard. */
export function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    const begin = (): void => flushSync(() => setPrinting(true));
    const end = (): void => setPrinting(false);
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, []);
  return isPrinting;
}
