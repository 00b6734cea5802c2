/** What somebody writes who wants a page to run it, to break, or to look like something else. */

/** Runs as nothing, looks like nothing else: a script, a right-to-left override, a zero-width space and a Cyrillic letter. */
export const HOSTILE_NAME = '<script>alert(1)</script>\u202egpj.exe\u200bpаypal';
/** Without an end in sight. */
export const LONG: string = `${'x'.repeat(1_900)} <img src=x onerror=alert(1)>`;
