/** Containers and clusters: what runs there is not here, but what is mounted is. */
import type { ShellWord } from '../../types.ts';
import { type Invocation, knownWord } from '../invocation.ts';
import { parseOptions } from '../options.ts';

const RUN_VALUES = {
  '-v --volume --mount --env-file --cidfile': 'text',
  '-a --attach --add-host --annotation --blkio-weight --cap-add --cap-drop --cgroup-parent --cgroupns -c --cpu-shares --cpus --cpuset-cpus --detach-keys --device --dns --domainname -e --env --entrypoint --expose --gpus --group-add --health-cmd -h --hostname --ip --ipc -l --label --link --log-driver --log-opt --mac-address -m --memory --memory-swap --name --network --net --oom-score-adj --pid --pids-limit --platform -p --publish --pull --restart --runtime --security-opt --shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --ulimit -u --user --userns --uts --volume-driver --volumes-from -w --workdir':
    'text',
} as const;

/** The registry of an image; the public one has no host in its names. */
function registry(inv: Invocation, image: ShellWord): void {
  const [first = ''] = image.value.split('/');
  const isHost = image.value.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  inv.host(
    { ...image, value: isHost ? first : image.unresolved.length > 0 ? image.value : 'docker.io' },
    'https',
  );
}

function mounts(inv: Invocation, parsed: ReturnType<typeof parseOptions>): void {
  for (const { name, value } of parsed.options) {
    if (value === undefined) continue;
    if (name === '-v' || name === '--volume') {
      const [source = '', , mode = ''] = value.value.split(':');
      if (/^[./~$]/.test(source) || value.unresolved.length > 0)
        mount(inv, { ...value, value: source }, /\bro\b/.test(mode));
    } else if (name === '--mount') {
      const source = /(?:source|src)=([^,]+)/.exec(value.value)?.[1];
      if (/type=bind/.test(value.value) && source !== undefined)
        mount(inv, { ...value, value: source }, /readonly|ro=true/.test(value.value));
    } else if (name === '--env-file') inv.touch('read', value);
    else if (name === '--cidfile') inv.touch('write', value);
  }
}

function mount(inv: Invocation, source: ShellWord, isReadOnly: boolean): void {
  inv.touch('read', source, 'below');
  if (!isReadOnly) inv.touch('write', source, 'below');
}

function runInside(inv: Invocation, words: readonly ShellWord[]): void {
  inv.state = { ...inv.state, cwds: ['/'] };
  inv.run(words, { isElsewhere: true });
}

export function container(inv: Invocation): void {
  const [sub, ...behind] = inv.operands;
  let name = sub?.value ?? '';
  let words = behind;
  if (inv.name === 'docker-compose' || name === 'compose') {
    const compose = parseOptions(name === 'compose' ? behind : inv.operands, {
      values: {
        '-f --file -p --project-name --profile --env-file --project-directory --ansi --progress': 'text',
      },
      stops: true,
    });
    for (const option of compose.options)
      if (option.value !== undefined && /^(?:-f|--file|--env-file)$/.test(option.name))
        inv.touch('read', option.value);
    inv.note('build-file');
    [name, words] = [compose.operands[0]?.value ?? '', compose.operands.slice(1)];
    if (name !== 'exec' && name !== 'run') return;
  }
  // `docker container run`, `docker image pull`.
  if (/^(?:container|image|buildx|builder)$/.test(name))
    [name, words] = [behind[0]?.value ?? '', behind.slice(1)];
  const parsed = parseOptions(words, { values: RUN_VALUES, stops: true });
  if (name === 'run' || name === 'create' || name === 'exec') {
    mounts(inv, parsed);
    const [image, ...command] = parsed.operands;
    const entry = parsed.options.find((option) => option.name === '--entrypoint')?.value;
    if (image !== undefined && name !== 'exec' && inv.name !== 'docker-compose' && sub?.value !== 'compose')
      registry(inv, image);
    runInside(inv, entry === undefined || entry.value === '' ? command : [entry, ...command]);
    if (command.length === 0 && inv.state.stdin.kind !== 'inherited') inv.note('piped-code');
  } else if (name === 'pull' || name === 'push') for (const image of parsed.operands) registry(inv, image);
  else if (name === 'login') inv.host(parsed.operands[0] ?? knownWord('docker.io'), 'https');
  else if (name === 'build') build(inv, words);
  else if (name === 'cp') copy(inv, parsed.operands);
  else if (name === 'save' || name === 'export') {
    const file = words.find(
      (_, index) => words[index - 1]?.value === '-o' || words[index - 1]?.value === '--output',
    );
    if (file !== undefined) inv.touch('write', file);
  } else if (name === 'load' || name === 'import') inv.note('argument-file');
}

function build(inv: Invocation, words: readonly ShellWord[]): void {
  const { options, operands } = parseOptions(words, {
    values: {
      '-f --file': 'read',
      '-t --tag --build-arg --target --platform --label --network --cache-from --cache-to --secret --ssh --progress':
        'text',
      '-o --output --iidfile': 'write',
    },
  });
  inv.note('build-file');
  for (const { value, meaning } of options)
    if (value !== undefined && (meaning === 'read' || meaning === 'write')) inv.touch(meaning, value);
  for (const folder of operands)
    if (folder.value !== '-' && !/:\/\//.test(folder.value)) inv.touch('read', folder, 'below');
}

function copy(inv: Invocation, [source, target]: readonly ShellWord[]): void {
  if (source !== undefined && !/^[^/.][^/]*:/.test(source.value)) inv.touch('read', source);
  if (target !== undefined && !/^[^/.][^/]*:/.test(target.value)) inv.touch('write', target);
}

export function cluster(inv: Invocation): void {
  const isWrapped = inv.name === 'k3s' || inv.operands[0]?.value === 'kubectl';
  const [sub, ...behind] = isWrapped ? inv.operands.slice(1) : inv.operands;
  const { options, operands } = parseOptions(behind, {
    values: {
      '-n --namespace -c --container --context --image -l --selector -o --output --restart --overrides --port --env':
        'text',
      '-f --filename -k --kustomize --kubeconfig': 'read',
    },
  });
  for (const { name, value } of options) {
    if (value === undefined || value.value === '-') continue;
    if (/^(?:-f|--filename|-k|--kustomize|--kubeconfig)$/.test(name)) {
      if (/:\/\//.test(value.value)) inv.host(value);
      else inv.touch('read', value);
    } else if (name === '--image') registry(inv, value);
  }
  const dashes = behind.findIndex(({ value }) => value === '--');
  if (sub?.value === 'exec' || sub?.value === 'run' || sub?.value === 'debug')
    runInside(inv, dashes === -1 ? operands.slice(1) : behind.slice(dashes + 1));
  else if (sub?.value === 'cp') copy(inv, operands);
  else if (sub?.value === 'proxy' || sub?.value === 'port-forward') inv.note('elsewhere');
}
