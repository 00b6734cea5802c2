/** Events to a collector of OpenTelemetry. */
export { openOtlp } from './otlp.ts';
export type { OtlpSettings, OtlpSignal } from './settings.ts';
