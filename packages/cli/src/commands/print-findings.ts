/** How findings are told to people. */
import { print, styled, visible } from '../terminal/index.ts';
import type { Finding } from './doctor-record.ts';

/** One line each. */
export function printFindings(findings: readonly Finding[]): void {
  for (const { check, status, detail } of findings)
    print(`${mark(status)}  ${check.padEnd(14)} ${visible(detail)}`);
}

/** The status in four columns. */
export function mark(status: Finding['status']): string {
  switch (status) {
    case 'ok':
      return styled('green', 'ok  ');
    case 'warn':
      return styled('yellow', 'warn');
    case 'fail':
      return styled('red', 'FAIL');
    default:
      return status satisfies never;
  }
}
