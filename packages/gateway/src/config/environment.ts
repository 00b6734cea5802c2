/** Values from the environment in a server's `env`: `${NAME}`, so that secrets need not stand in the file. */
import { Fault } from '@writ/core';

/** A reference, an escaped dollar sign, or a dollar sign that is neither. */
const DOLLAR = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|(\$)|)/g;

/** What is wrong with `template`, or `undefined`. */
export function checkTemplate(template: string): string | undefined {
  for (const [, name, escaped] of template.matchAll(DOLLAR)) {
    if (name === undefined && escaped === undefined) return 'a `$` stands alone';
  }
  return undefined;
}

/**
 * The variables that `server` is started with beside the inherited ones, references replaced from `environment`; none for one that is not started.
 * Throws `config.invalid` naming the variable that is not set; values are never quoted.
 */
export function serverEnvironment(
  server: { readonly name: string; readonly env?: Readonly<Record<string, string>> },
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, template] of Object.entries(server.env ?? {})) {
    values[name] = template.replace(DOLLAR, (_match, reference: string | undefined) => {
      if (reference === undefined) return '$';
      const value = environment[reference];
      if (value !== undefined) return value;
      throw new Fault(
        'config.invalid',
        `the environment has no \`${reference}\`, which \`servers.${server.name}.env.${name}\` asks for`,
        { path: `servers.${server.name}.env.${name}`, hint: `set ${reference} where Writ is started` },
      );
    });
  }
  return values;
}
