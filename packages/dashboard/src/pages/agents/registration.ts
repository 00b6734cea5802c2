/** What people write into the form of an agent, as the API takes it. */

const DAY_MS = 86_400_000;

/** Lines of a text, each once, without those that are empty. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines)].filter((line) => line !== '');
}

/** The day of `instant`, as a field of dates has it. */
export function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** The end of `day` in UTC, so that today is to come; `before` where the day is that one's, so that what was not changed stays. */
export function instantOfDay(day: string, before?: number): number {
  if (before !== undefined && dayOf(before) === day) return before;
  return Date.parse(`${day}T00:00:00Z`) + DAY_MS - 1_000;
}
