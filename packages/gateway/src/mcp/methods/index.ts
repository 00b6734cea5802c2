/** What becomes of each MCP method. */
export {
  OWN_ACTIONS,
  type Control,
  METHOD_TABLE,
  methodRow,
  type MethodRow,
  type Sender,
  type TargetKind,
} from './table.ts';
