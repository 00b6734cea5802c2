/** Settings of git whose value is, or leads to, a command. */
import { type Invocation, knownWord } from '../../invocation.ts';
import { runShellText } from '../../shell-text.ts';
import type { ShellWord } from '../../../types.ts';

/** The value is run by a shell. */
const RUNS: RegExp =
  /^(?:core\.(?:pager|editor|sshcommand|askpass|gitproxy|fsmonitor)|sequence\.editor|diff\.external|diff\..+\.(?:command|textconv)|merge\..+\.driver|filter\..+\.(?:clean|smudge|process)|credential(?:\..+)?\.helper|gpg(?:\..+)?\.(?:program|defaultkeycommand)|pager\..+|(?:browser|man|difftool|mergetool|guitool)\..+\.(?:cmd|path)|web\.browser|interactive\.difffilter|uploadpack\.packobjectshook|remote\..+\.(?:uploadpack|receivepack|vcs)|trailer\..+\.(?:command|cmd)|tar\..+\.command|sendemail\..*(?:cmd|smtpserver)|instaweb\..+|imap\.tunnel|submodule\..+\.update|alias\..+|core\.alternaterefscommand|receive\.procreceiverefs|lfs\..+)$/i;
/** The value is a place from which something is run or read. */
const LOADS: RegExp =
  /^(?:core\.(?:hookspath|attributesfile|worktree|gitdir|excludesfile)|include\.path|includeif\..+|init\.templatedir|commit\.template|http\..*|https\..*|url\..+|remote\..+\.(?:url|pushurl|proxy)|protocol\..+|ssh\.variant|extensions\..+|safe\..+|uploadarchive\..+|transfer\..+|fetch\..+|receive\..+|hook\..+)$/i;

const ADDRESS: RegExp = /(?<![a-z])[a-z]+:\/\//i;

/** `key=value` of `git -c` and `git config`: what it makes git run, now or later. */
export function applySetting(inv: Invocation, key: string, value: ShellWord): void {
  if (LOADS.test(key)) {
    inv.note('configured');
    for (const text of [key, value.value])
      if (text.includes('://'))
        inv.host({ value: text.slice(Math.max(text.search(ADDRESS), 0)), unresolved: value.unresolved });
    return;
  }
  if (!RUNS.test(key)) return;
  if (value.unresolved.length > 0) return inv.note('dynamic-code');
  const text = value.value.trim();
  // Switches and names of built-in helpers.
  if (text === '' || /^(?:true|false|yes|no|on|off|\d+)$/i.test(text)) return;
  if (/^alias\./i.test(key) || /^(?:credential|submodule)\..*/i.test(key)) {
    if (text.startsWith('!')) return runShellText(inv, knownWord(text.slice(1)));
    if (/^alias\./i.test(key)) return runShellText(inv, knownWord(`git ${text}`));
    if (/^submodule\./i.test(key)) return;
    return runShellText(inv, knownWord(text.startsWith('/') ? text : `git-credential-${text}`));
  }
  runShellText(inv, knownWord(text));
}

/** `-c key=value`, `--config-env=key=VARIABLE`, `--exec-path=…` in front of the subcommand. */
export function applyGlobalOptions(inv: Invocation): void {
  for (const { name, value } of inv.parsed.options) {
    if (name === '-c' && value !== undefined) {
      const at = value.value.indexOf('=');
      applySetting(inv, at === -1 ? value.value : value.value.slice(0, at), {
        value: at === -1 ? 'true' : value.value.slice(at + 1),
        unresolved: value.unresolved,
      });
      if (at === -1 && value.unresolved.length > 0) inv.note('dynamic-code');
    } else if (name === '--config-env') inv.note('dynamic-code');
    else if (name === '--exec-path' && value !== undefined) inv.note('environment');
    else if (name === '--git-dir' || name === '--work-tree') inv.note('configured');
    else if (name === '-p' || name === '--paginate') continue;
  }
}
