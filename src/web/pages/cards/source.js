// The source of a card: MJML with its parts, the fields and the words completed, and what is wrong marked at its line.
import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { xml, completeFromSchema } from '@codemirror/lang-xml';
import { bracketMatching, foldGutter, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { linter, lintGutter } from '@codemirror/lint';
import { tags } from '@lezer/highlight';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  MatchDecorator,
  Decoration,
  ViewPlugin,
} from '@codemirror/view';

const area = document.getElementById('mjml');
const form = document.getElementById('source');
const problems = document.getElementById('source-problems');
const fields = JSON.parse(area.dataset['fields'] ?? '[]');

const SIZES = [
  'align',
  'background-color',
  'color',
  'css-class',
  'font-family',
  'font-size',
  'font-weight',
  'line-height',
  'padding',
  'width',
];
const PARTS = {
  'mj-body': ['mj-wrapper', 'mj-section', 'mj-raw'],
  'mj-wrapper': ['mj-section'],
  'mj-section': ['mj-column', 'mj-group'],
  'mj-group': ['mj-column'],
  'mj-column': ['mj-text', 'mj-image', 'mj-button', 'mj-divider', 'mj-spacer', 'mj-table', 'mj-raw'],
};
const leaf = ['mj-text', 'mj-image', 'mj-button', 'mj-divider', 'mj-spacer', 'mj-table', 'mj-raw'];
const elements = [
  { name: 'mjml', top: true, children: ['mj-head', 'mj-body'] },
  { name: 'mj-head', children: ['mj-attributes', 'mj-style'] },
  ...Object.entries(PARTS).map(([name, children]) => ({ name, children, attributes: SIZES })),
  ...leaf.map((name) => ({
    name,
    attributes: name === 'mj-image' ? ['src', 'alt', ...SIZES] : name === 'mj-button' ? ['href', ...SIZES] : SIZES,
  })),
];

/** Fields within braces, each with what it is. */
function completeFields(context) {
  const before = context.matchBefore(/\{\{[#/]?[\w. ]*/);
  if (!before) return null;
  const from = before.to - (/[\w.]*$/.exec(before.text)?.[0].length ?? 0);
  return { from, options: fields.map(({ name, sentence }) => ({ label: name, detail: sentence, type: 'variable' })) };
}

/** The places for words that this card has, and those that every card has. */
function completePlaces(context) {
  const before = context.matchBefore(/\[\[\w*/);
  if (!before) return null;
  const named = [...context.state.doc.toString().matchAll(/\[\[([a-zA-Z]+)\]\]/g)].map(([, name]) => name);
  const options = [...new Set(['headline', 'message', 'signature', ...named])].map((label) => ({
    label,
    apply: `${label}]]`,
    detail: 'words, written on the page before',
    type: 'variable',
  }));
  return { from: before.from + 2, options };
}

const places = new MatchDecorator({
  regexp: /\[\[[^\]\n]+\]\]|\{\{[^}\n]*\}\}/g,
  decoration: Decoration.mark({ class: 'place' }),
});
const marks = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.decorations = places.createDeco(view);
    }
    update(update) {
      this.decorations = places.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

async function findProblems(view) {
  const sent = new FormData(form);
  sent.set('mjml', view.state.doc.toString());
  const body = new URLSearchParams([...sent].map(([name, value]) => [name, typeof value === 'string' ? value : '']));
  const answer = await fetch(form.dataset['check'], { method: 'POST', body, headers: { accept: 'application/json' } });
  if (!answer.ok) return [];
  const found = await answer.json();
  problems.replaceChildren(...found.map(told));
  return found.map(({ line, message }) => {
    const at = view.state.doc.line(Math.min(Math.max(line ?? 1, 1), view.state.doc.lines));
    return { from: at.from, to: at.to, severity: 'error', message };
  });
}

function told({ line, message }) {
  const item = document.createElement('li');
  item.className = 'stops';
  item.textContent = (line ? `Line ${line}: ` : '') + message;
  return item;
}

const look = EditorView.theme({
  '&': { fontSize: '0.9rem', maxHeight: '70vh', backgroundColor: 'transparent' },
  '.cm-scroller': { fontFamily: "ui-monospace, 'SF Mono', Menlo, Consolas, monospace", overflow: 'auto' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'light-dark(#6b5c54, #b9a99d)', border: 'none' },
  '.cm-content': { caretColor: 'currentColor' },
  '.cm-activeLine': { backgroundColor: 'light-dark(#f9e6dc80, #3a262080)' },
  '.cm-tooltip': { backgroundColor: 'light-dark(#fffdf9, #25201d)', color: 'light-dark(#2c2320, #f1e8e0)' },
  '.place': { borderRadius: '4px', backgroundColor: 'light-dark(#f9e6dc, #3a2620)', color: 'light-dark(#7c2c1a, #ffcfc0)' },
});

// In a root of its own, because there the editor keeps its style in a sheet, and not in an element that this page does not allow.
const host = document.createElement('div');
host.className = 'compose-code';
area.after(host);
const root = host.attachShadow({ mode: 'open' });
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
const language = xml({ elements });
const view = new EditorView({
  root,
  parent: root,
  state: EditorState.create({
    doc: area.value,
    extensions: [
      lineNumbers(),
      foldGutter(),
      lintGutter(),
      history(),
      drawSelection(),
      bracketMatching(),
      highlightActiveLine(),
      language,
      syntaxHighlighting(colours()),
      autocompletion({ override: [completeFields, completePlaces, completeFromSchema(elements, [])] }),
      linter(findProblems, { delay: 300 }),
      marks,
      look,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': 'Source', tabindex: '0' }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) area.value = update.state.doc.toString();
      }),
      keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
    ],
  }),
});
area.hidden = true;
view.dom.dataset['ready'] = '1';
host.dataset['ready'] = '1';

/** Colours that read well on the sheet, by day and by night. */
function colours() {
  const [name, attribute, value, comment] = dark
    ? ['#f0957d', '#f0c674', '#8fd3a4', '#b9a99d']
    : ['#8c3420', '#7a5200', '#27653c', '#6b5c54'];
  return HighlightStyle.define([
    { tag: [tags.tagName, tags.angleBracket], color: name },
    { tag: tags.attributeName, color: attribute },
    { tag: tags.attributeValue, color: value },
    { tag: tags.comment, color: comment, fontStyle: 'italic' },
  ]);
}
