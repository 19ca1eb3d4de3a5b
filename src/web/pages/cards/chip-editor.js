// Words in which each field is one thing, said as people say it. Beneath it stands the text with its codes.
import { formsIn, pieces, said } from './said.js';

/** A box of words in which each field is one thing: it cannot be broken, only taken away or given another fallback. */
export function chipEditor(area, fields, onChange) {
  const box = document.createElement('div');
  box.className = 'compose-editor';
  box.contentEditable = 'true';
  box.setAttribute('role', 'textbox');
  box.setAttribute('aria-labelledby', `${area.id}-label`);
  box.setAttribute('aria-multiline', String(!area.hasAttribute('data-line')));
  box.dir = 'auto';
  area.hidden = true;
  area.after(box);
  document.getElementById(`${area.id}-label`)?.addEventListener('click', () => box.focus());
  const chip = (code) => chipOf(code, fields);
  const put = (text) => insert(box, text, chip);
  const show = () => box.replaceChildren(...drawn(area.value, chip));
  show();
  box.addEventListener('input', () => onChange(read(box)));
  box.addEventListener('paste', (event) => {
    event.preventDefault();
    put(event.clipboardData?.getData('text/plain') ?? '');
  });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (!area.hasAttribute('data-line')) put('\n');
  });
  box.addEventListener('click', (event) => {
    const pressed = event.target instanceof Element ? event.target.closest('.chip') : null;
    if (pressed) askFallback(box, pressed, chip, () => onChange(read(box)));
  });
  return { box, show, put };
}

/** Words to be read only, with each field as people say it. */
export function spoken(text, fields) {
  return drawn(text, (code) => {
    const piece = document.createElement('span');
    piece.className = 'chip';
    piece.textContent = said(code, fields);
    return piece;
  });
}

function drawn(text, chip) {
  return pieces(text).map((part, at) => (at % 2 === 1 ? chip(part) : document.createTextNode(part)));
}

function chipOf(code, fields) {
  const piece = document.createElement('button');
  piece.type = 'button';
  piece.className = 'chip';
  piece.contentEditable = 'false';
  piece.dataset['code'] = code;
  piece.textContent = said(code, fields);
  return piece;
}

/** The code with one of these texts changed. */
function withForm(code, { key, text }) {
  const kept = text.replaceAll(/["{}]/g, '’');
  return key === ''
    ? code.replace(/"[^"]*"/, () => `"${kept}"`)
    : code.replace(new RegExp(`\\b${key}="[^"]*"`), () => `${key}="${kept}"`);
}

function read(box) {
  return [...box.childNodes].map(readNode).join('');
}

function readNode(node) {
  if (node instanceof HTMLElement && node.dataset['code']) return node.dataset['code'];
  if (node.nodeName === 'BR') return node === node.parentNode?.lastChild ? '' : '\n';
  if (node instanceof HTMLElement) return (node.nodeName === 'DIV' ? '\n' : '') + [...node.childNodes].map(readNode).join('');
  return node.textContent ?? '';
}

/** Where the cursor stands in the box; at its end when it stands elsewhere. */
function insert(box, text, chip) {
  box.focus();
  const selection = getSelection();
  const range = selection?.rangeCount && box.contains(selection.anchorNode) ? selection.getRangeAt(0) : document.createRange();
  if (!box.contains(range.startContainer)) {
    range.selectNodeContents(box);
    range.collapse(false);
  }
  range.deleteContents();
  const added = drawn(text, chip).filter((piece) => piece.textContent !== '');
  const last = added.at(-1);
  // A line break at the very end shows only when something follows it.
  if (text.endsWith('\n') && !range.endContainer.nextSibling) box.append(document.createElement('br'));
  for (const piece of added.toReversed()) range.insertNode(piece);
  if (last) {
    range.setStartAfter(last);
    range.collapse(true);
  }
  selection?.removeAllRanges();
  selection?.addRange(range);
  box.dispatchEvent(new Event('input', { bubbles: true }));
}

const FORMS = {
  '': 'If we do not know it, write',
  zero: 'For none',
  one: 'For one',
  two: 'For two',
  few: 'For a few',
  many: 'For many',
  other: 'For all other numbers',
};

/** What a field says where it is not known, or how a word bends with a number; and the way to take it out. */
function askFallback(box, piece, chip, onChange) {
  const code = piece.dataset['code'] ?? '';
  const dialog = document.createElement('dialog');
  dialog.className = 'compose-chip';
  dialog.setAttribute('aria-label', piece.textContent);
  const inputs = formsIn(code).map(formInput);
  dialog.append(...inputs.map((input) => input.parentElement));
  const done = press('Done', () => {
    const changed = inputs.reduce((kept, input) => withForm(kept, { key: input.dataset['form'] ?? '', text: input.value }), code);
    piece.replaceWith(chip(changed));
  });
  const away = press('Take the field away', () => piece.remove());
  const row = document.createElement('div');
  row.className = 'actions';
  row.append(done, away);
  dialog.append(row);
  document.body.append(dialog);
  dialog.addEventListener('close', () => {
    dialog.remove();
    box.focus();
    onChange();
  });
  dialog.showModal();
  function press(words, act) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = words;
    button.addEventListener('click', () => {
      act();
      dialog.close();
    });
    return button;
  }
}

function formInput({ key, text }) {
  const label = document.createElement('label');
  const input = document.createElement('input');
  input.value = text;
  input.dataset['form'] = key;
  label.append(FORMS[key], input);
  return input;
}
