/** A folder of `test/consumers` that holds an application. */
export type ConsumerName =
  'nest-11' | 'nest-12' | 'bundlers' | 'pnpm' | 'pnpm-nest-11' | 'yarn-pnp' | 'yarn-nest-11' | 'yarn-classic';

/** What installs the packages of an application. */
export type PackageManager = 'npm' | 'pnpm' | "Yarn 4, Plug'n'Play" | 'Yarn 4, node_modules' | 'Yarn 1';

/** One way in which an application has the package: a row of the table in `docs/consumers.md`. */
export interface ConsumerRow {
  readonly consumer: ConsumerName;
  readonly nest: 11 | 12;
  readonly packages: PackageManager;
  readonly modules: 'ESM' | 'CommonJS';
  /** What makes the files that Node.js starts. */
  readonly build: string;
  /** Scripts of its package.json that do so, in order. */
  readonly scripts: readonly string[];
  /** The folder whose content is moved to an empty one before it is started. @default it is started where it was built */
  readonly bundle?: string;
  /** The file that is started, in the folder of the application or among what was moved. */
  readonly main: string;
  /** What runs the tests of the application, and the scripts that start it. @default none */
  readonly tests?: { readonly runner: 'Jest' | 'Vitest' | 'node:test'; readonly scripts: readonly string[] };
}

const DEFAULT_MAIN = 'dist/main.js';
const NEST_11 = { nest: 11, modules: 'CommonJS' } as const;
const NEST_12 = { nest: 12, modules: 'ESM' } as const;

/** Everything that is installed, built and started. The rows of one application stand together: it is installed once. */
export const CONSUMER_ROWS: readonly ConsumerRow[] = [
  {
    consumer: 'nest-11',
    ...NEST_11,
    packages: 'npm',
    build: '`nest build`',
    scripts: ['build'],
    main: DEFAULT_MAIN,
    tests: { runner: 'Jest', scripts: ['test', 'test:e2e'] },
  },
  {
    consumer: 'nest-11',
    ...NEST_11,
    packages: 'npm',
    build: '`nest build --webpack`',
    scripts: ['build:webpack'],
    main: DEFAULT_MAIN,
  },
  {
    consumer: 'nest-11',
    ...NEST_11,
    packages: 'npm',
    build: '`nest build --webpack`, one file',
    scripts: ['bundle'],
    bundle: 'dist',
    main: 'main.js',
  },
  {
    consumer: 'nest-12',
    ...NEST_12,
    packages: 'npm',
    build: '`nest build`',
    scripts: ['build'],
    main: DEFAULT_MAIN,
    tests: { runner: 'Vitest', scripts: ['test', 'test:e2e'] },
  },
  {
    consumer: 'nest-12',
    ...NEST_12,
    packages: 'npm',
    build: '`nest build --builder rspack`',
    scripts: ['build:rspack'],
    main: DEFAULT_MAIN,
  },
  {
    consumer: 'nest-12',
    ...NEST_12,
    packages: 'npm',
    build: '`nest build --builder rspack`, one file',
    scripts: ['bundle'],
    bundle: 'dist',
    main: 'main.mjs',
  },
  {
    consumer: 'bundlers',
    ...NEST_12,
    packages: 'npm',
    build: 'esbuild',
    scripts: ['build', 'bundle:esbuild-esm'],
    bundle: 'out/esbuild-esm',
    main: 'main.mjs',
  },
  {
    consumer: 'bundlers',
    nest: 12,
    packages: 'npm',
    modules: 'CommonJS',
    build: 'esbuild',
    scripts: ['build', 'bundle:esbuild-cjs'],
    bundle: 'out/esbuild-cjs',
    main: 'main.cjs',
  },
  {
    consumer: 'bundlers',
    nest: 12,
    packages: 'npm',
    modules: 'CommonJS',
    build: 'esbuild, minified',
    scripts: ['build', 'bundle:esbuild-min'],
    bundle: 'out/esbuild-min',
    main: 'main.cjs',
  },
  {
    consumer: 'bundlers',
    nest: 12,
    packages: 'npm',
    modules: 'CommonJS',
    build: 'webpack, minified',
    scripts: ['build', 'bundle:webpack'],
    bundle: 'out/webpack',
    main: 'main.cjs',
  },
  {
    consumer: 'bundlers',
    ...NEST_12,
    packages: 'npm',
    build: 'Rspack, minified',
    scripts: ['build', 'bundle:rspack'],
    bundle: 'out/rspack',
    main: 'main.mjs',
  },
  {
    consumer: 'bundlers',
    ...NEST_12,
    packages: 'npm',
    build: 'ncc',
    scripts: ['build', 'bundle:ncc'],
    bundle: 'out/ncc',
    main: 'index.js',
  },
  {
    consumer: 'pnpm',
    ...NEST_12,
    packages: 'pnpm',
    build: '`tsc`',
    scripts: ['build'],
    main: DEFAULT_MAIN,
    tests: { runner: 'node:test', scripts: ['test'] },
  },
  {
    consumer: 'pnpm',
    ...NEST_12,
    packages: 'pnpm',
    build: 'esbuild',
    scripts: ['build', 'bundle'],
    bundle: 'out',
    main: 'main.mjs',
  },
  {
    consumer: 'pnpm-nest-11',
    ...NEST_11,
    packages: 'pnpm',
    build: '`tsc`',
    scripts: ['build'],
    main: DEFAULT_MAIN,
    tests: { runner: 'Jest', scripts: ['test'] },
  },
  {
    consumer: 'yarn-pnp',
    ...NEST_12,
    packages: "Yarn 4, Plug'n'Play",
    build: '`tsc`',
    scripts: ['build'],
    main: DEFAULT_MAIN,
    tests: { runner: 'node:test', scripts: ['test'] },
  },
  {
    consumer: 'yarn-pnp',
    nest: 12,
    packages: "Yarn 4, Plug'n'Play",
    modules: 'CommonJS',
    build: 'esbuild',
    scripts: ['build', 'bundle'],
    bundle: 'out',
    main: 'main.cjs',
  },
  {
    consumer: 'yarn-nest-11',
    ...NEST_11,
    packages: 'Yarn 4, node_modules',
    build: '`tsc`',
    scripts: ['build'],
    main: DEFAULT_MAIN,
    tests: { runner: 'node:test', scripts: ['test'] },
  },
  {
    consumer: 'yarn-classic',
    ...NEST_11,
    packages: 'Yarn 1',
    build: '`tsc`',
    scripts: ['build'],
    main: DEFAULT_MAIN,
  },
];

/** How a row is called where it is told about. */
export function rowName({ nest, packages, modules, build }: ConsumerRow): string {
  return `Nest ${nest}, ${modules}, ${packages}, ${build.replaceAll('`', '')}`;
}
