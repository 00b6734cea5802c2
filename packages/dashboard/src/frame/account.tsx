/** Who is signed in, the look of the pages, and the way out. */
import { type ReactNode, useState } from 'react';
import { answered, api, useMe } from '../api/index.ts';
import { AgentText, Badge, Icon, markedText, Menu, useToast } from '../ui/index.ts';
import { readTheme, setTheme, THEMES } from './theme.ts';

export function Account(): ReactNode {
  const me = useMe();
  const [theme, choose] = useState(readTheme);
  const toast = useToast();
  if (me === undefined) return null;
  const leave = async (): Promise<void> => {
    try {
      await answered(api.POST('/v1/sign-out'));
      location.assign('/sign-in');
    } catch (thrown) {
      toast('You are still signed in', thrown instanceof Error ? thrown.message : undefined);
    }
  };
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Account of ${markedText(me.name)}`}
          className="inline-flex h-8 max-w-48 items-center gap-2 rounded-md px-2 text-sm text-ink-2 hover:bg-hover"
        >
          <span className="truncate max-sm:hidden">
            <AgentText text={me.name} limit={40} />
          </span>
          <span className="sm:hidden">
            <Icon name="agents" />
          </span>
          <Icon name="down" />
        </button>
      }
      items={[
        ...THEMES.map((one) => ({
          label: one === 'system' ? 'Theme of the system' : one === 'light' ? 'Light theme' : 'Dark theme',
          isChosen: theme === one,
          onChoose() {
            setTheme(one);
            choose(one);
          },
        })),
        { label: 'API tokens', onChoose: () => location.assign('/sign-in') },
        { label: 'Sign out', onChoose: () => void leave() },
      ]}
    >
      <div className="border-b border-line px-3 pt-1 pb-2">
        <p className="font-medium">
          <AgentText text={me.name} limit={80} />
        </p>
        <p className="mt-1 flex flex-wrap gap-1">
          {me.roles.map((role) => (
            <Badge key={role}>{role}</Badge>
          ))}
        </p>
      </div>
    </Menu>
  );
}
