/** How the pages look, in this browser. */
import { type ReactNode, useState } from 'react';
import { readTheme, setTheme, THEMES } from '../../../frame/index.ts';
import { Section } from '../../../ui/index.ts';

const WORDS = { system: 'As the system has it', light: 'Light', dark: 'Dark' } as const;

export function Appearance(): ReactNode {
  const [theme, choose] = useState(readTheme);
  return (
    <div className="p-4">
      <Section title="Theme" note="Kept in this browser.">
        <fieldset className="flex flex-wrap gap-x-6 gap-y-2 px-4 py-3">
          <legend className="sr-only">Theme</legend>
          {THEMES.map((one) => (
            <label key={one} className="inline-flex min-h-6 items-center gap-2 text-sm">
              <input
                type="radio"
                name="theme"
                checked={theme === one}
                onChange={() => {
                  setTheme(one);
                  choose(one);
                }}
              />
              {WORDS[one]}
            </label>
          ))}
        </fieldset>
      </Section>
    </div>
  );
}
