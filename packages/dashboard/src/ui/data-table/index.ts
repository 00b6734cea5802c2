/** Lists as tables. */
export { type Column, DataTable, type DataTableProps } from './data-table.tsx';
export { FilterBar, FilterChoice, FilterText } from './filters.tsx';
