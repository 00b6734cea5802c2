/** Text for a shell that could not be analysed: its action is refused whatever policy says. */
export class ShellRefusal extends Error {
  override readonly name = 'ShellRefusal';
  readonly code: string;

  constructor(code: string, reason: string) {
    super(reason);
    this.code = `shell.${code}`;
  }
}
