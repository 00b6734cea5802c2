/** Numbers over time. */
export { Chart, type ChartProps, type Series } from './chart.tsx';
export { Spark } from './spark.tsx';
