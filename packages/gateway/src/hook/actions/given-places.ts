/** Places that a command names to a program which runs, loads or rewrites what it is given. */
import type { ShellWord } from '@writ/detectors/shell';

/** They say what they load in too many ways for a table. */
const LOADS: ReadonlySet<string> = new Set(
  `eslint oxlint biome prettier stylelint tsc ts-node tsx esbuild swc vite vitest jest mocha webpack rollup turbo nx playwright cypress nodemon next
  node bun deno npm npx pnpm pnpx yarn bunx python python3 pytest py.test black ruff isort mypy pyright pylint flake8 tox nox coverage pip pip3 pipx uv uvx
  poetry ruby rspec rubocop rails rake bundle gem php phpunit phpstan artisan composer perl lua java javac kotlin kotlinc scala sbt gradle gradlew mvn mvnw
  dotnet cargo rustc rustup rustfmt go gofmt golangci-lint gcc g++ cc c++ clang clang++ clang-format ld cmake make meson ninja swift swiftc zig dart
  flutter mix elixir erl iex lein clojure ocaml dune cabal stack ghc runghc R Rscript julia redis-server docker docker-compose kubectl terraform buf protoc
  prisma sqlc`.split(/\s+/),
);
/** What is there for everybody. */
const SYSTEM =
  /^\/(?:usr|opt|lib|lib64|bin|sbin|nix\/store|proc|sys)(?:\/|$)|^\/dev\/(?:null|stdin|stdout|stderr|tty)$/;
const TEMPORARY = /^\/(?:private\/)?(?:var\/)?tmp\//;
/** Options behind which a result is put. */
const RESULT =
  /^--?(?:o|B|build|basetemp|out[\w-]*|[\w-]*output[\w-]*|outDir|target-dir|dest\w*|coverage[\w-]*|cache[\w-]*|junit[\w-]*|log[\w-]*|reports?[\w-]*dir\w*)$/i;
/** Options whose value begins with a slash and is no path. */
const NO_PATH =
  /^--?(?:base|public[\w-]*|route\w*|[\w-]*url|(?:path|url)-?prefix|basename|endpoint|t|grep|run|testNamePattern)$/i;
/** Longest name of an option that is looked at, and most places of one command; more count as leading out. */
const MAX_OPTION = 64;
const MAX_PLACES = 64;
/** Code on a command line is looked through by other means. */
const CODE = /[(){};`"'\n]/;

/** The paths among `words` that are absolute, at home, or lead up; without those of the system, and results in a folder for temporary files. */
export function givenPlaces(program: string, [, ...words]: readonly ShellWord[]): readonly string[] {
  if (!LOADS.has(program)) return [];
  const places = words.flatMap(({ value }, at) => {
    if (CODE.test(value) || value.includes('://')) return [];
    const [first = '', ...others] = value.split(/[=:,]/);
    const before = words[at - 1]?.value ?? '';
    const option = others.length > 0 ? first : before.startsWith('-') ? before : '';
    const named = option.length > MAX_OPTION ? '' : option;
    return [first, ...others].flatMap((piece): readonly string[] => {
      const path = piece.replace(/^(?:-[A-Za-z]|[+@])(?=[/~.])/, '');
      const leads = path.startsWith('/') || /^~(?:\/|$)/.test(path) || /(?:^|\/)\.\.(?:\/|$)/.test(path);
      if (!leads || SYSTEM.test(path) || NO_PATH.test(named)) return [];
      return TEMPORARY.test(path) && RESULT.test(named) ? [] : [path];
    });
  });
  return places.length > MAX_PLACES ? ['/'] : places;
}
