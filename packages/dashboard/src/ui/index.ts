/** The design system: what pages are made of. */
export { AgentText, isMarked, markedText } from './agent-text/index.ts';
export { Badge, type Tone } from './badge.tsx';
export { Button, buttonClass, type ButtonKind } from './button.tsx';
export { Chart, type ChartProps, type Series, Spark } from './charts/index.ts';
export {
  type Column,
  DataTable,
  type DataTableProps,
  FilterBar,
  FilterChoice,
  FilterText,
  type RowSource,
} from './data-table/index.ts';
export {
  ChecksField,
  FormDialog,
  type FormDialogProps,
  Secret,
  SelectField,
  TextField,
  type WrongFields,
} from './forms/index.ts';
export { Icon, type IconName } from './icon.tsx';
export { Id, shortened } from './id.tsx';
export { JsonView } from './json-view.tsx';
export {
  ConfirmDialog,
  type ConfirmDialogProps,
  Menu,
  type MenuItem,
  SidePanel,
  Tip,
  ToastProvider,
  useToast,
} from './overlays/index.ts';
export { PageHead, useTitle } from './page-head.tsx';
export {
  type Fact,
  Facts,
  Figure,
  Figures,
  Nothing,
  type PlainColumn,
  PlainTable,
  Section,
} from './parts/index.ts';
export { EmptyState, ErrorState, sentence, Skeleton, TooMuch } from './states.tsx';
export { type Tab, Tabs } from './tabs.tsx';
export { distanceSaid, exactUtc, relative, Time } from './time.tsx';
export { isVerdict, Verdict, VERDICT_NAMES, verdictColour, type VerdictName } from './verdict.tsx';
