/** Programs that start the command behind their own words. */
import type { SpecTable } from '../spec.ts';

export const WRAPPERS: SpecTable = {
  'nohup setsid unbuffer chronic catchsegv eatmydata fakeroot torify torsocks dbus-launch noglob nocorrect linux32 linux64 i386 x86_64 with-contenv pkexec rtk not':
    { runs: 0 },
  'time gtime': { runs: 0, values: { '-o --output': 'write', '-f --format': 'text' } },
  'proxychains proxychains4 tsocks': { runs: 0, values: { '-f': 'settings' } },
  caffeinate: { runs: 0, values: { '-t -w': 'text' } },
  'ssh-agent': { runs: 0, values: { '-a -t -E -O -P': 'text' } },
  nice: { runs: 0, values: { '-n --adjustment': 'text' } },
  ionice: { runs: 0, values: { '-c -n -p -P -u --class --classdata': 'text' } },
  'timeout gtimeout': { runs: 1, values: { '-k --kill-after -s --signal': 'text' } },
  stdbuf: { runs: 0, values: { '-i -o -e --input --output --error': 'text' } },
  chrt: { runs: 1, values: { '-T -P -D --sched-runtime --sched-deadline --sched-period': 'text' } },
  taskset: { runs: 1 },
  numactl: {
    runs: 0,
    values: { '-i -N -C -m -l -p --interleave --cpunodebind --physcpubind --membind --preferred': 'text' },
  },
  'prlimit choom': { runs: 0, values: { '-p -o -n': 'text' } },
  setarch: { runs: 1 },
  doas: { runs: 0, values: { '-u -a': 'text', '-C': 'settings' } },
  'gosu su-exec setuidgid chpst': { runs: 1 },
  runuser: { runs: 0, values: { '-u -g -G -s': 'text', '-c --command': 'shell' } },
  setpriv: {
    runs: 0,
    values: {
      '--reuid --regid --groups --inh-caps --bounding-set --ambient-caps --securebits --selinux-label':
        'text',
    },
  },
  capsh: { values: { '-c': 'shell' }, operands: 'text' },
  unshare: {
    runs: 0,
    values: { '-S -G -R -w --root --wd --setuid --setgid': 'text' },
  },
  chroot: { stops: true, values: { '--userspec --groups': 'text' } },
  nsenter: { runs: 0, values: { '-t --target -S -G --setuid --setgid': 'text' } },
  'strace ltrace': {
    runs: 0,
    values: { '-e -E -p -s -u -a -I -O -S -X -P -b -l -n -x -F -A': 'text', '-o --output': 'write' },
  },
  'valgrind perf-record rr': { runs: 0, values: { '-o --log-file': 'write' } },
  'dbus-run-session xvfb-run firejail bwrap proot systemd-inhibit': {
    runs: 0,
    values: {
      '--config-file --dbus-daemon -n -s -e -f -w --who --what --why --mode --bind --ro-bind -r -b': 'text',
    },
  },
  'systemd-run systemd-nspawn': {
    runs: 0,
    values: {
      '-p --property -u --unit -E --setenv -D --working-directory --uid --gid --slice --on-active --on-boot --on-calendar -M --machine --description -H --host':
        'text',
    },
    codes: ['deferred-code'],
  },
  'start-stop-daemon': {
    runs: 0,
    values: {
      '-x --exec -a --startas': 'script',
      '-p --pidfile -n --name -u --user -c --chuid -d --chdir -s --signal': 'text',
    },
  },
  'dotenv dotenvx env-cmd cross-env-shell with-env envchain aws-vault doppler infisical op teller chamber': {
    runs: 0,
    values: { '-e -f --file -v': 'settings' },
  },
  'hyperfine concurrently nodemon-exec run-p run-s': {
    operands: 'shell',
    values: {
      '-w --warmup -r --runs -n --names -c -k -m -M': 'text',
      '-p --prepare -s --setup --cleanup --conclude': 'shell',
      '--export-json --export-markdown --export-csv': 'write',
    },
  },
  'faketime datefudge': { runs: 1 },
  rlwrap: { runs: 0, values: { '-f -H -z -l -P -S -C -b -c -q': 'text' } },
  'busybox toybox coreutils': { runs: 0 },
  'ld.so ld-linux.so ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 ld-linux.so.2 ld-musl-x86_64.so.1 ld-musl-aarch64.so.1':
    {
      runs: 0,
      values: { '--library-path --preload --audit --argv0': 'text' },
      codes: ['environment'],
    },
  repeat: { runs: 1 },
  direnv: { subcommands: true },
  'xterm uxterm gnome-terminal konsole alacritty kitty wezterm foot urxvt rxvt st': {
    runs: 0,
    values: { '-e -x': 'shell' },
  },
  entr: { runs: 0 },
  watchexec: {
    runs: 0,
    values: { '-w -e -i -f -s --shell -d --watch --exts --ignore --filter --signal': 'text' },
  },
  'run-parts': { values: { '-a --arg -u --umask --regex': 'text' }, operands: 'script' },
  'parallel sem': {},
  'xargs gxargs': {},
  'find gfind fd fdfind': { longDash: true },
  'env genv': {},
  sudo: {},
  su: {},
  script: {},
  watch: {},
  flock: {},
  'cross-env': {},
  'ssh autossh mosh slogin': {},
  'gdb lldb': {},
  'docker podman nerdctl': {
    subcommands: true,
    stops: true,
    values: {
      '-H --host -c --context -l --log-level --config --tlscacert --tlscert --tlskey --root --runroot --url --connection':
        'text',
    },
  },
  'docker-compose': {
    subcommands: true,
    stops: true,
    values: { '-f --file -p --project-name --profile --env-file --project-directory': 'settings' },
  },
  'kubectl oc k3s crictl': {
    subcommands: true,
    stops: true,
    values: { '-n --namespace --context --cluster --user -s --server --token --as --kubeconfig': 'text' },
  },
  'tmux screen zellij': {},
  'writ writ.js': { subcommands: true, stops: true },
  'limactl multipass vagrant lxc-attach lxc incus machinectl wsl adb': {
    codes: ['elsewhere'],
    subcommands: true,
  },
};
