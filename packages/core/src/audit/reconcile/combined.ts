/** Access logs in the combined form of Apache and nginx. They name no tool: a line is one request. */
import { type AccessLog, type AccessRecord, readLines, shownLine } from './access-record.ts';

/** `host ident user [time] "request" status bytes "referer" "agent"`; what follows is left alone. */
const LINE =
  /^\S{1,256} \S{1,256} [^[]{1,256} \[(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})\] "((?:[^"\\]|\\.){0,8192})" (\d{3}) /;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Reads `text`; `served` says which requests are calls, by their first line `POST /mcp HTTP/1.1` (default: every `POST`). */
export function readCombined(
  text: string,
  served: (request: string) => boolean = (request) => request.startsWith('POST '),
): AccessLog {
  return readLines(text, (line, at): AccessRecord | { readonly reason: string } | undefined => {
    const match = LINE.exec(line.slice(0, 16_384));
    if (match === null) return { reason: 'not a line of the combined form' };
    const [, day, month = '', year, hour, minute, second, sign, offsetHours, offsetMinutes, request = ''] =
      match;
    if (!served(request)) return undefined;
    const at1970 = Date.UTC(
      Number(year),
      MONTHS.indexOf(month),
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    );
    if (!MONTHS.includes(month) || Number.isNaN(at1970)) return { reason: 'its time is no time' };
    const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000 * (sign === '-' ? -1 : 1);
    return { time: at1970 - offset, line: at, text: shownLine(request) };
  });
}
