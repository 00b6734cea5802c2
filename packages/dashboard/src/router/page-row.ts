/** One row of the table of pages. */
import type { ComponentType } from 'react';

/** A page, loaded when somebody goes there. */
export interface PageRow {
  /** `/agents/$agent`: what begins with `$` is read with `useParam`. */
  readonly path: string;
  /** Title of the window, in front of the product's name. */
  readonly title: string;
  readonly load: () => Promise<{ readonly Page: ComponentType }>;
}
