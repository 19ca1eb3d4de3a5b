import { type Field, fieldAt, MAX_ANSWERS, nearestField } from './fields.ts';
import { BLOCKS, HELPERS, parse, PLURAL_FORMS } from './handlebars.ts';
import { type Problem, quoted } from './problems.ts';

export interface Expressions {
  problems: Problem[];
  /** Fields used, in order of first use. */
  fields: string[];
  /** Fields that some customers lack and that stand here with nothing to say instead. */
  bare: string[];
  /** Places that are filled in, each inside the answers' loop counted for the most answers that there can be. */
  fillings: number;
}

/**
 * Reads a Handlebars source and refuses all but fields, `{{#if}}`, `{{#unless}}`, `{{#each survey.answers}}` and our helpers.
 * An allow-list over the syntax tree: a node of any other kind is a problem. Words (`loose`) may stand inside the
 * answers' loop, which only the finished card can tell.
 */
export function readExpressions(source: string, where: string, loose = false): Expressions {
  const read: Reading = { source, where, loose, problems: [], fields: new Set(), bare: new Set(), fillings: 0 };
  const program = tryParse(read);
  if (program) readProgram(read, program, { inAnswer: false, known: [], depth: 0 });
  return { problems: read.problems, fields: [...read.fields], bare: [...read.bare], fillings: read.fillings };
}

interface Reading {
  source: string;
  where: string;
  loose: boolean;
  problems: Problem[];
  fields: Set<string>;
  bare: Set<string>;
  fillings: number;
}

/** Where the reader stands: inside the answers' loop or not, and which fields an `{{#if}}` around has found present. */
interface Scope {
  inAnswer: boolean;
  known: readonly string[];
  depth: number;
}

const MAX_BLOCKS = 8;

function tryParse(read: Reading): hbs.AST.Program | undefined {
  const sign = read.source.search(/\{\{\{|\{\{\s*~?\s*&|\\\{\{/);
  if (sign >= 0) {
    const line = read.source.slice(0, sign).split('\n').length;
    const message = `Write {{field}} with two braces and nothing before it: “${quoted(read.source.slice(sign, sign + 20))}” is not allowed.`;
    read.problems.push({ where: read.where, line, message });
    return undefined;
  }
  try {
    return parse(read.source);
  } catch (error) {
    read.problems.push({
      where: read.where,
      ...lineOf(error),
      message:
        'The braces here do not fit together. Each {{ needs its }}, and each {{#if}} or {{#each}} its {{/if}} or {{/each}}.',
    });
    return undefined;
  }
}

function lineOf(error: unknown): { line?: number } {
  const { message, lineNumber } = error as { message?: string; lineNumber?: number };
  const line = lineNumber ?? Number(/line (\d+)/.exec(message ?? '')?.[1]);
  return Number.isInteger(line) && line > 0 ? { line } : {};
}

function readProgram(read: Reading, program: hbs.AST.Program, scope: Scope): void {
  if (scope.depth > MAX_BLOCKS) return refuse(read, program, `More than ${MAX_BLOCKS} blocks inside each other are too many.`);
  if (program.blockParams?.length) refuse(read, program, 'Leave out “as |…|”: a card does not need names of its own.');
  for (const statement of program.body) readStatement(read, statement, scope);
}

function readStatement(read: Reading, node: hbs.AST.Statement, scope: Scope): void {
  if (node.type === 'ContentStatement' || node.type === 'CommentStatement') return;
  if (node.type === 'MustacheStatement') return readMustache(read, node as hbs.AST.MustacheStatement, scope);
  if (node.type === 'BlockStatement') return readBlock(read, node as hbs.AST.BlockStatement, scope);
  refuse(read, node, 'Cards cannot take in other pieces ({{> …}}, {{#> …}}, {{* …}}). Write the words here.');
}

function readMustache(read: Reading, node: hbs.AST.MustacheStatement, scope: Scope): void {
  read.fillings += scope.inAnswer ? MAX_ANSWERS : 1;
  if (!node.escaped)
    return refuse(read, node, 'Write {{field}} with two braces: three braces or & would let a name become markup.');
  const helper = node.params.length > 0 || node.hash ? named(node.path) : undefined;
  if (helper !== undefined) return readHelper(read, node, helper, scope);
  const field = readField(read, node.path, scope);
  if (!field) return;
  if (field.kind === 'list') return refuse(read, node, `${field.path} is a list: write {{#each ${field.path}}}…{{/each}}.`);
  if (field.kind === 'flag') return refuse(read, node, `${field.path} is a yes or no: write {{#if ${field.path}}}…{{/if}}.`);
  if (!field.always && !scope.known.includes(field.path)) read.bare.add(field.path);
}

function readHelper(read: Reading, node: hbs.AST.MustacheStatement, helper: string, scope: Scope): void {
  if (!(HELPERS as readonly string[]).includes(helper))
    return refuse(
      read,
      node,
      `“${quoted(helper)}” is not something a card can do. Cards know ${HELPERS.join(', ')}, if, unless and each.`,
    );
  const [first, second] = node.params;
  const field = first && readField(read, first, scope);
  if (!field) return;
  if (helper === 'fallback' ? !isText(second) || node.params.length !== 2 || node.hash : node.params.length !== 1)
    return refuse(
      read,
      node,
      helper === 'fallback' ? 'Write {{fallback field "other words"}}.' : `Write {{${helper} field …}} with one field.`,
    );
  for (const pair of node.hash?.pairs ?? []) {
    const fits = (helper === 'plural' || helper === 'ordinal') && PLURAL_FORMS.includes(pair.key) && isText(pair.value);
    if (!fits)
      return refuse(read, node, `Write {{${helper} field}} with ${PLURAL_FORMS.join('="…", ')}="…" as the language needs.`);
  }
  if ((helper === 'plural' || helper === 'ordinal') && !node.hash?.pairs.some((pair) => pair.key === 'other'))
    return refuse(read, node, `{{${helper} …}} needs at least other="…".`);
  if (helper !== 'fallback' && !field.always && !scope.known.includes(field.path)) read.bare.add(field.path);
}

function readBlock(read: Reading, node: hbs.AST.BlockStatement, scope: Scope): void {
  const name = named(node.path);
  if (!(BLOCKS as readonly unknown[]).includes(name))
    return refuse(
      read,
      node,
      `{{#${quoted(name ?? '…')}}} is not known. Cards know {{#if field}}, {{#unless field}} and {{#each survey.answers}}.`,
    );
  const [first] = node.params;
  if (!first || node.params.length > 1 || node.hash) return refuse(read, node, `Write {{#${name} field}} with one field.`);
  const field = readField(read, first, scope);
  if (field) readBlockInside(read, node, name ?? '', field, scope);
}

function readBlockInside(read: Reading, node: hbs.AST.BlockStatement, name: string, field: Field, scope: Scope): void {
  const depth = scope.depth + 1;
  const sure: Scope = { ...scope, known: [...scope.known, field.path], depth };
  const unsure: Scope = { ...scope, depth };
  const inside = name === 'each' ? { ...sure, inAnswer: true } : name === 'if' ? sure : unsure;
  if (name === 'each' && field.kind !== 'list')
    return refuse(read, node, `${field.path} is not a list. Only survey.answers can stand in {{#each}}.`);
  if (name === 'each' && scope.inAnswer) return refuse(read, node, 'One {{#each}} cannot stand inside another.');
  if (node.program) readProgram(read, node.program, inside);
  if (node.inverse) readProgram(read, node.inverse, name === 'unless' ? sure : unsure);
}

/** The field that a path names; a problem and nothing if there is none. `../` leads out of the answers' loop. */
function readField(read: Reading, node: hbs.AST.Node, scope: Scope): Field | undefined {
  if (node.type !== 'PathExpression') {
    refuse(read, node, 'Write the name of a field here, such as customer.firstName.');
    return undefined;
  }
  const path = node as hbs.AST.PathExpression;
  const inAnswer = scope.inAnswer && path.depth === 0;
  const written = path.original.replace(/^(\.\.\/)+/, '');
  const plain = !path.data && path.parts.join('.') === written && path.depth <= (scope.inAnswer || read.loose ? 1 : 0);
  const field = plain ? (fieldAt(written, inAnswer) ?? (read.loose ? fieldAt(written, true) : undefined)) : undefined;
  if (!field) refuse(read, node, unknownField(path, inAnswer, plain));
  else read.fields.add(fieldAt(written, inAnswer) && inAnswer ? `survey.answers.${field.path}` : field.path);
  return field;
}

function unknownField(path: hbs.AST.PathExpression, inAnswer: boolean, plain: boolean): string {
  const near = nearestField(path.parts.join('.'), inAnswer);
  const meant = near ? `; did you mean ${near}?` : '.';
  const outside = inAnswer && fieldAt(path.parts.join('.')) ? ` Inside the answers, write ../${path.parts.join('.')}.` : '';
  return plain || near
    ? `${quoted(path.original)} is not a field${meant}${outside}`
    : `${quoted(path.original)} is not a field; “@”, “this” and “../” lead nowhere in a card.`;
}

function named(node: hbs.AST.Node): string | undefined {
  const path = node as hbs.AST.PathExpression;
  return node.type === 'PathExpression' && !path.data && path.depth === 0 ? path.original : undefined;
}

/** Words in quotes, and nothing in them that could pass for markup. */
function isText(node: hbs.AST.Node | undefined): boolean {
  if (node?.type !== 'StringLiteral') return false;
  return !/[<>{}\\]/.test((node as hbs.AST.StringLiteral).value);
}

function refuse(read: Reading, node: hbs.AST.Node, message: string): void {
  read.problems.push({ where: read.where, ...(node.loc ? { line: node.loc.start.line } : {}), message });
}
