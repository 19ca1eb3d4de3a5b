// An oxlint rule: a Kysely query that is built and then dropped does nothing, and says nothing. `await` alone does not run it.
const starts = [
  'selectFrom',
  'insertInto',
  'updateTable',
  'deleteFrom',
  'replaceInto',
  'mergeInto',
  'createTable',
  'alterTable',
  'dropTable',
];
const startsToo = ['createIndex', 'dropIndex', 'createSchema', 'dropSchema', 'createType', 'dropType', 'createView', 'dropView'];
const runs = ['execute', 'executeTakeFirst', 'executeTakeFirstOrThrow', 'executeQuery', 'stream', 'explain'];

const neverRun = {
  create(context) {
    return {
      ExpressionStatement(node) {
        const value = unwrap(node.expression);
        const names = methods(value);
        const builds = names.some((name) => starts.includes(name) || startsToo.includes(name)) || isSql(value);
        if (!builds || names.some((name) => runs.includes(name))) return;
        context.report({ node, message: 'this query is built and never run: end it with execute()' });
      },
    };
  },
};

function unwrap(node) {
  if (node.type === 'AwaitExpression' || (node.type === 'UnaryExpression' && node.operator === 'void'))
    return unwrap(node.argument);
  return node.type === 'ParenthesizedExpression' ? unwrap(node.expression) : node;
}

/** The names called along `a.b().c()`, the last first. */
function methods(node) {
  if (node.type === 'MemberExpression') return methods(node.object);
  if (node.type !== 'CallExpression') return [];
  const called = node.callee.type === 'MemberExpression' ? [node.callee.property.name] : [];
  return [...called, ...methods(node.callee)];
}

function isSql(node) {
  return node.type === 'TaggedTemplateExpression' && node.tag.type === 'Identifier' && node.tag.name === 'sql';
}

export default { meta: { name: 'queries' }, rules: { 'never-run': neverRun } };
