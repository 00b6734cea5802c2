/** Editors, pagers, compilers and others that can be told to run something. */
import type { SpecTable } from '../spec.ts';

export const EDITORS: SpecTable = {
  'vi vim nvim view gvim vimdiff-edit rvim ex': {
    plus: true,
    values: {
      '-c --cmd -S -W -w': 'text',
      '-u -U -i': 'settings',
      '-t -T -d': 'text',
    },
    operands: 'update',
  },
  'emacs emacsclient': {
    plus: true,
    values: { '--eval --execute -e -f --funcall': 'code', '-l --load --script -L -Q': 'library' },
    operands: 'update',
  },
  'nano pico joe micro mcedit kak hx helix code codium subl cursor zed gedit kate': {
    plus: true,
    values: { '-s --speller': 'shell', '-f --rcfile': 'settings' },
    operands: 'update',
  },
  'man info apropos whatis': {
    values: {
      '-P --pager -H --html': 'shell',
      '-C --config-file': 'settings',
      '-M -S -s -L -m -e -r -p': 'text',
    },
    operands: 'text',
  },
  'gcc g++ cc c++ clang clang++ tcc ld gold lld as': {
    values: {
      '-o -MF': 'write',
      '-wrapper': 'text',
      '-fplugin -specs -B -plugin': 'library',
      '-I -L -l -D -U -x -include -isystem -MT -MQ -Xlinker -Xassembler -T -u -target -arch -framework':
        'text',
    },
    operands: 'read',
  },
  'tcpdump dumpcap tshark': {
    values: {
      '-z --postrotate-command': 'shell',
      '-w': 'write',
      '-r -F': 'read',
      '-i -c -C -G -s -W -Z -y -f -Y -e -T': 'text',
      '-X': 'library',
    },
    operands: 'text',
  },
  nmap: {
    values: {
      '--script': 'library',
      '-iL': 'arguments',
      '-oN -oX -oG -oA': 'write',
      '-p -D -S -e -g --source-port': 'text',
    },
    operands: 'host',
  },
  'journalctl systemctl dmesg loginctl': {
    values: {
      '-D --directory --file --root': 'read',
      '-u --unit -n --lines -S -U --since --until -o --output -p -t -H --host -M -g --grep': 'text',
    },
    operands: 'text',
  },
  'screenfetch neofetch': { values: { '--config': 'settings' } },
  openvpn: {
    values: {
      '--up --down --route-up --ipchange --tls-verify --client-connect --client-disconnect --auth-user-pass-verify --learn-address':
        'shell',
      '--config': 'settings',
      '--plugin': 'library',
      '--remote': 'host',
    },
  },
  'open xdg-open gio start wslview': { codes: ['configured'], operands: 'text' },
  logrotate: { values: { '-s --state -l --log': 'write' }, operands: 'settings' },
  'certbot acme.sh': {
    values: {
      '--pre-hook --post-hook --deploy-hook --manual-auth-hook --manual-cleanup-hook --renew-hook --reloadcmd':
        'shell',
      '-d --domain --email -m': 'text',
    },
    subcommands: true,
  },
  'fzf sk peco': {
    values: {
      '--preview --bind --execute -c --cmd': 'shell',
      '-q -f --query --filter -d -n --height --header --prompt': 'text',
    },
  },
  'ssh-keygen': {
    values: { '-f': 'write', '-D -w': 'library', '-C -N -P -t -b -F -R -I -n -O -V -s -Y': 'text' },
    operands: 'text',
  },
  'ssh-add ssh-copy-id': {
    values: { '-i': 'read', '-P -s': 'library', '-t -p -o -E -a': 'text' },
    operands: 'text',
  },
  'pytest py.test tox nox': {
    values: {
      '-c --rootdir --confcutdir': 'settings',
      '-p': 'library',
      '-k -m -n -o -W --maxfail --tb --durations -e': 'text',
    },
    operands: 'read',
  },
  'make gmake bmake ninja': {
    values: {
      '-C --directory': 'folder',
      '-f --file --makefile -I --include-dir -j --jobs -l --load-average -o --old-file -W --what-if --eval -E -t -d -k':
        'text',
    },
    codes: ['build-file'],
    operands: 'text',
  },
  'cmake just task mage rake gulp grunt ant mvn mvnw gradle gradlew bazel buck scons meson waf sbt lein invoke fab ansible ansible-playbook terraform tofu pulumi':
    {
      values: {
        '-f --file --makefile -C --directory --cwd --justfile -I': 'text',
        '-j -l -o -D -t -O --eval -S --shell --shell-arg -e --extra-vars -i -var -var-file': 'text',
      },
      codes: ['build-file'],
      operands: 'text',
    },
};
