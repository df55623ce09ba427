// Puts the modules that the compiler has written into few files: an application that starts reads them one by one, and
// two hundred small ones take longer to load than nodemailer and Handlebars together.
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const OUTPUT = join(import.meta.dirname, 'dist');
/** Where the compiler has put the built-in templates. */
const TEMPLATES = join(OUTPUT, 'core', 'templates', 'builtin');
/** What modules of what is made of them are called, before a culture. */
const TEMPLATE_CODE = '\0built-in-code:';
/** The package of which a part goes into ours, where a package is found that was linked here, too. */
const JSONC_PARSER = dirname(createRequire(import.meta.url).resolve('jsonc-parser/package.json'));

/** The modules themselves are not needed any more; their types are. */
const removeModules = {
  name: 'remove-modules',
  writeBundle(_options, bundle) {
    const written = new Set(Object.keys(bundle).map(name => join(OUTPUT, name)));
    for (const entry of readdirSync(OUTPUT, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.name.endsWith('.js') && !written.has(path)) rmSync(path);
    }
  },
};

/** The built-in templates keep their place in the package, wherever the sources have them: applications copy from it. */
const placeTemplates = {
  name: 'place-templates',
  writeBundle() {
    cpSync(TEMPLATES, join(OUTPUT, 'templates', 'builtin'), { recursive: true });
    rmSync(TEMPLATES, { recursive: true });
  },
};

/** The built-in templates as texts in a module: an application that was bundled into one file has no folder beside it. */
const templatesAsTexts = {
  name: 'templates-as-texts',
  load(id) {
    if (!/[\\/]built-in-texts\.js$/.test(id)) return null;
    const files = readdirSync(TEMPLATES, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .toSorted();
    const texts = files.map(file => [
      relative(TEMPLATES, file).split(sep).join('/'),
      readFileSync(file, 'utf8'),
    ]);
    return `export const BUILT_IN_TEXTS = ${inAscii(JSON.stringify(Object.fromEntries(texts), undefined, 2))};`;
  },
};

/**
 * The built-in templates as what is run of them, so that an application without templates of its own needs no compiler. The
 * words of each language are a module by themselves.
 */
const templatesAsCode = {
  name: 'templates-as-code',
  resolveId: id => (id.startsWith(TEMPLATE_CODE) ? id : null),
  async load(id) {
    if (id.startsWith(TEMPLATE_CODE)) {
      const { templates, words } = await builtInCode();
      return `export default ${inAscii(words[id.slice(TEMPLATE_CODE.length)] ?? templates)};`;
    }
    if (!/[\\/]built-in-code\.js$/.test(id)) return null;
    const load = name => `lateImport(async () => (await import('${TEMPLATE_CODE}${name}')).default)`;
    const words = Object.keys((await builtInCode()).words).map(name => `'${name}': ${load(name)}`);
    return `import { lateImport } from '../../errors/late-import.js';
export const BUILT_IN_CODE = { templates: ${load('')}, words: { ${words.join(', ')} } };`;
  },
};

let compiling;

function builtInCode() {
  const module = pathToFileURL(join(OUTPUT, 'core/templates/rendering/precompile-built-in.js'));
  return (compiling ??= import(module.href).then(({ precompileBuiltIn }) => precompileBuiltIn()));
}

/** The version of the package, in the module that says which release it is. */
const releaseAsVersion = {
  name: 'release-as-version',
  load(id) {
    if (!/[\\/]package-release\.js$/.test(id)) return null;
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'));
    return `export const PACKAGE_RELEASE = ${JSON.stringify(version)};`;
  },
};

/** As escapes: one letter outside Latin-1 doubles what a module takes in memory. */
function inAscii(code) {
  return code.replace(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Takes in what is used of jsonc-parser, from its build of ES modules, which Node.js cannot import as it is. Bundlers for
 * Node.js would pick its other build, UMD, whose calls of require they do not see: what they make of it dies when it starts.
 */
const jsoncParser = {
  name: 'jsonc-parser',
  resolveId(specifier, importer) {
    if (specifier === 'jsonc-parser') return moduleOf('main');
    const isOwn = importer?.startsWith(JSONC_PARSER) && specifier.startsWith('./');
    return isOwn
      ? moduleOf(relative(join(JSONC_PARSER, 'lib', 'esm'), join(dirname(importer), specifier)))
      : null;
  },
  renderChunk(code, { modules }) {
    const holdsIt = Object.entries(modules).some(
      ([id, { renderedLength }]) => id.startsWith(JSONC_PARSER) && renderedLength > 0,
    );
    if (!holdsIt) return null;
    const { version } = JSON.parse(readFileSync(join(JSONC_PARSER, 'package.json'), 'utf8'));
    const license = readFileSync(join(JSONC_PARSER, 'LICENSE.md'), 'utf8').replace(/\r\n/g, '\n').trim();
    return { code: `/*!\nHolds parts of jsonc-parser ${version}:\n\n${license}\n*/\n${code}`, map: null };
  },
};

function moduleOf(path) {
  return { id: join(JSONC_PARSER, 'lib', 'esm', `${path}.js`), moduleSideEffects: false };
}

/**
 * The entry of Handlebars that its own main entry and those for browsers load. The main entry beside it only registers
 * `require.extensions`, which bundlers warn of, and what prints syntax trees.
 */
const handlebarsForBundlers = {
  name: 'handlebars-for-bundlers',
  resolveId: specifier =>
    specifier === 'handlebars' ? { id: 'handlebars/dist/cjs/handlebars.js', external: true } : null,
};

/**
 * Without comments and indents, which are a third of the code: types carry the comments for editors, and Node.js would read all of
 * it at each start. Lines stay what they are, so that stack traces can be read.
 */
const withoutComments = {
  name: 'without-comments',
  renderChunk: code => ({ code: tokensOf(code), map: null }),
};

function tokensOf(code) {
  const file = ts.createSourceFile('chunk.js', code, ts.ScriptTarget.ESNext, false, ts.ScriptKind.JS);
  const parts = [];
  const visit = node => {
    if (ts.isJSDoc(node)) return;
    const children = node.getChildren(file);
    for (const child of children) visit(child);
    if (children.length > 0 || node.kind === ts.SyntaxKind.SyntaxList) return;
    const start = node.getStart(file);
    parts.push(between(code.slice(node.getFullStart(), start)), code.slice(start, node.end));
  };
  visit(file);
  // The line that starts Node.js for a command counts as a blank, too.
  const [shebang = ''] = /^#!.*\n/.exec(code) ?? [];
  return shebang + parts.join('').trimStart();
}

/** What is left of blanks and comments: what bundlers read in them, and the line end, which may stand for a semicolon. */
function between(trivia) {
  const told = /\/\* webpackIgnore: true \*\//.exec(trivia)?.[0];
  if (told) return `${told} `;
  return trivia.includes('\n') ? '\n' : trivia && ' ';
}

/**
 * What is loaded together, as the modules from which it is reached: by a start, by the first mail, by the first template. Each
 * is to be one file, because opening a file takes longer than reading what else stands in it.
 */
const TOGETHER = {
  mailroom: 'index.js',
  smtp: 'core/delivery/smtp/smtp-mail-delivery.js',
  session: 'core/delivery/smtp/smtp-session.js',
  sending: 'core/sending/send-steps.js',
  templates: 'core/templates/rendering/create-ready-renderer.js',
  compiler: 'core/templates/rendering/create-checked-renderer.js',
};

/** The file of a module: one for everything that is needed where the same of {@link TOGETHER} are. */
function fileOf(id, { getModuleInfo }) {
  // A command begins as soon as its module is imported, which must not happen for what stands beside it.
  if (getModuleInfo(id)?.isEntry) return undefined;
  places ??= placesOf(getModuleInfo);
  const { together, command, nest } = places;
  const names = Object.keys(TOGETHER).filter(name => together[name].has(id));
  const [first] = names;
  // What every application loads at once need not be split further, but for the command line, which has to answer soon, and for
  // those who use the package without Nest. Nearly every start needs what is made of SMTP before a connection, and it is small.
  if (first === 'mailroom' || first === 'smtp')
    return command.has(id) ? 'command' : nest.has(id) ? 'mailroom' : 'core';
  return names.length > 0 ? names.join('-') : undefined;
}

/** Found once, when all modules are known. */
let places;

function placesOf(getModuleInfo) {
  const importsOf = id => getModuleInfo(id)?.importedIds ?? [];
  const together = Object.fromEntries(
    Object.entries(TOGETHER).map(([name, path]) => [name, reachedFrom(join(OUTPUT, path), importsOf)]),
  );
  const nest = new Set(
    [...together.mailroom].filter(id =>
      [...reachedFrom(id, importsOf)].some(reached => reached.startsWith('@nestjs/')),
    ),
  );
  return { together, command: reachedFrom(join(OUTPUT, 'cli/main.js'), importsOf), nest };
}

function reachedFrom(id, importsOf, reached = new Set()) {
  if (reached.has(id)) return reached;
  reached.add(id);
  for (const imported of importsOf(id)) reachedFrom(imported, importsOf, reached);
  return reached;
}

export default {
  input: {
    index: 'dist/index.js',
    'relay/index': 'dist/relay/index.js',
    'queue/index': 'dist/queue/index.js',
    'health/index': 'dist/health/index.js',
    'testing/index': 'dist/testing/index.js',
    'preview/index': 'dist/preview/index.js',
    'cli/main': 'dist/cli/main.js',
  },
  // Everything that is no file of the package is a dependency, and stays one, but for what the plugins know better.
  external: id => !/^[./\0]|^[A-Z]:/i.test(id) && id !== 'jsonc-parser' && id !== 'handlebars',
  output: {
    dir: 'dist',
    format: 'es',
    // What several entries share stands once: two copies of a class would break injection and instanceof.
    chunkFileNames: 'chunk-[hash].js',
    manualChunks: fileOf,
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    generatedCode: 'es2015',
  },
  plugins: [
    templatesAsTexts,
    templatesAsCode,
    releaseAsVersion,
    withoutComments,
    jsoncParser,
    handlebarsForBundlers,
    removeModules,
    placeTemplates,
  ],
};
