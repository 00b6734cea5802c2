/** Keeps what the log found as a file, page after page, and says how far it is. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { whatToDo } from '../../api/index.ts';
import { Button, useToast } from '../../ui/index.ts';
import { exportList, MOST_LINES } from './export-list.ts';
import type { RowPage } from './paged-rows.ts';
import { saveFile } from './save-file.ts';

/** `load`: pages of what is shown. */
export function ExportButton<Row>({
  load,
}: {
  readonly load: (cursor: string | undefined, signal: AbortSignal) => Promise<RowPage<Row>>;
}): ReactNode {
  const [count, setCount] = useState<number>();
  const running = useRef<AbortController>(undefined);
  const toast = useToast();
  useEffect(() => () => running.current?.abort(), []);
  const run = async (): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    setCount(0);
    try {
      const { text, count: all, isWhole } = await exportList(load, controller.signal, setCount);
      const name = `receipts-${new Date().toISOString().replaceAll(/[^0-9TZ]/g, '')}.jsonl`;
      saveFile({ name, type: 'application/jsonl', bytes: new TextEncoder().encode(text) });
      toast(
        `${all.toLocaleString('en')} receipts are in ${name}`,
        isWhole
          ? 'All that was found.'
          : `A file has ${MOST_LINES.toLocaleString('en')} at most: narrow the log by time for what is older.`,
      );
    } catch (problem) {
      if (!controller.signal.aborted) toast('The export did not come to its end', whatToDo(problem));
    } finally {
      setCount(undefined);
    }
  };
  if (count === undefined) return <Button onClick={() => void run()}>Export</Button>;
  return (
    <Button onClick={() => running.current?.abort()}>
      Stop, at <span className="tabular">{count.toLocaleString('en')}</span>
    </Button>
  );
}
