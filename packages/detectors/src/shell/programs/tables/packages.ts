/** Package managers and runners of package scripts. */
import type { SpecTable } from '../spec.ts';

export const PACKAGES: SpecTable = {
  'npm pnpm yarn cnpm': {
    subcommands: true,
    values: {
      '-C --prefix --dir --cwd': 'folder',
      '--registry': 'url',
      '-w --workspace -F --filter --tag --access --otp --loglevel --omit --include --depth -p --package --cache --before --network-concurrency --node-linker':
        'text',
      '-c --call': 'shell',
      '--userconfig --globalconfig': 'settings',
      '--script-shell --node-options --init-module': 'library',
    },
  },
  'npx pnpx bunx yarnpkg': {
    values: { '-p --package -w --workspace --registry': 'text', '-c --call': 'shell' },
  },
  'pip pip3 pipx uv uvx poetry pipenv conda mamba micromamba pdm rye hatch easy_install': {
    subcommands: true,
    values: {
      '-i --index-url --extra-index-url -f --find-links --index --default-index --channel-url': 'url',
      '--proxy': 'host',
      '-r --requirement -c --constraint --requirements': 'arguments',
      '-t --target --prefix --root -d --dest -o --output-file --src --cache-dir --download': 'write',
      '-e --editable': 'library',
      '--python -p --log --platform --abi --only-binary --no-binary --trusted-host --timeout --retries --global-option --config-settings -n --name --with -v --group --extra -E -G -V -P':
        'text',
      '--directory --project -C': 'folder',
      '--config-file --env-file': 'settings',
    },
  },
  'gem bundle bundler': {
    subcommands: true,
    values: {
      '-s --source': 'url',
      '-v --version -i --install-dir -n --bindir': 'text',
      '--gemfile': 'settings',
    },
  },
  'cargo rustup': {
    subcommands: true,
    values: {
      '--index': 'url',
      '--registry -p --package --features --target --bin --example --test --profile -j --jobs --message-format --color':
        'text',
      '--config --manifest-path': 'settings',
      '--target-dir --root --path': 'text',
      '-C': 'folder',
    },
  },
  go: {
    subcommands: true,
    values: {
      '-C': 'folder',
      '-o': 'write',
      '-exec -toolexec': 'shell',
      '-modfile -overlay': 'settings',
      '-run -bench -count -tags -ldflags -gcflags -p -timeout -mod -coverprofile -v': 'text',
    },
    longDash: true,
  },
  'apt apt-get aptitude apt-cache apk yum dnf zypper pacman brew port snap flatpak choco winget scoop nix-env xbps-install emerge opkg pkg pkg_add':
    {
      subcommands: true,
      values: {
        '-o --option': 'text',
        '-c --config-file': 'settings',
        '-t --target-release -y': 'text',
        '--repository -X --repo': 'url',
        '--root -p --installroot': 'text',
      },
    },
  'dpkg rpm': {
    values: { '-i --install': 'text', '--root --admindir --instdir --pre-invoke --post-invoke': 'text' },
    operands: 'library',
  },
  'composer dotnet nuget mix hex cabal stack luarocks cpan cpanm pub flutter dart swift-package pod carthage opam conan vcpkg sbt-install helm':
    {
      subcommands: true,
      values: { '--source -s --repo': 'url', '--working-dir -d': 'folder', '--post-renderer': 'shell' },
    },
  'nix nix-shell nix-build nix-instantiate': {
    values: {
      '--run --command': 'shell',
      '-p --packages -A --attr -I': 'text',
      '-E --expr': 'code',
      '-c': 'text',
    },
    operands: 'text',
  },
  'nvm fnm volta asdf mise rbenv pyenv nodenv rvm sdk jenv': { subcommands: true },
  'lerna nx turbo rush wireit moon changeset husky lint-staged pre-commit lefthook npm-run-all foreman overmind honcho goreman pm2 forever nodemon supervisor onchange chokidar':
    {
      subcommands: true,
      values: {
        '-x --exec -c --command': 'shell',
        '--config': 'settings',
        '-w --watch -e --ext -p -f': 'text',
      },
      codes: ['package-script'],
    },
};
