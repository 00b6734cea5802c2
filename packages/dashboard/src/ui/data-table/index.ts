/** Lists as tables. */
export { type Column, DataTable, type DataTableProps, type RowSource } from './data-table.tsx';
export { FilterBar, FilterChoice, FilterText } from './filters.tsx';
