// The words of a card, written in place: fields stand as chips, the card beside them follows each key, and what was written is kept.
import { ask } from './ask.js';
import { comeBack, leaveFrom } from './same-place.js';
import { chipEditor, spoken } from './chip-editor.js';
import { preview } from './live-preview.js';

const form = /** @type {HTMLFormElement} */ (document.getElementById('compose'));
const views = /** @type {HTMLFormElement} */ (document.getElementById('compose-views'));
const areas = [...form.querySelectorAll('textarea')];
const fields = JSON.parse(form.dataset['fields'] ?? '[]');
const saved = form.querySelector('.compose-saved');
const conflict = form.querySelector('.compose-conflict');
const editors = new Map(areas.map((area) => [area, chipEditor(area, fields, (text) => changed(area, text))]));

for (const list of form.querySelectorAll('select[data-insert]')) {
  list.addEventListener('change', () => {
    const area = document.getElementById(list.dataset['insert'] ?? '');
    const editor = editors.get(area);
    if (editor && list.value) editor.put(list.value);
    list.value = '';
  });
}

// ---- Undo and redo, over all words at once

const past = [snapshot()];
let future = [];
let typing = 0;

function snapshot() {
  return Object.fromEntries(areas.map((area) => [area.name, area.value]));
}

function changed(area, text) {
  if (area.value === text) return;
  area.value = text;
  clearTimeout(typing);
  typing = setTimeout(remember, 400);
  future = [];
  wake();
}

function remember() {
  clearTimeout(typing);
  const now = snapshot();
  if (JSON.stringify(now) !== JSON.stringify(past.at(-1))) past.push(now);
  if (past.length > 200) past.shift();
}

function undo() {
  remember();
  if (past.length < 2) return;
  future.push(past.pop());
  restore(past.at(-1));
}

function redo() {
  const next = future.pop();
  if (!next) return;
  past.push(next);
  restore(next);
}

function restore(words) {
  for (const area of areas) {
    if (area.value === words[area.name]) continue;
    area.value = words[area.name] ?? '';
    editors.get(area)?.show();
  }
  wake();
}

const bar = form.querySelector('.compose-undo');
if (bar instanceof HTMLElement) bar.hidden = false;
form.addEventListener('click', (event) => {
  const pressed = event.target instanceof Element ? event.target.closest('button') : null;
  if (pressed?.name !== 'undo' && pressed?.name !== 'redo') return;
  event.preventDefault();
  (pressed.name === 'undo' ? undo : redo)();
});
form.addEventListener('keydown', (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
  event.preventDefault();
  (event.shiftKey ? redo : undo)();
});

const draw = preview(form, views, () => areas.map((area) => [area.name, area.value]));

function wake() {
  void draw();
  clearTimeout(saving);
  saving = setTimeout(() => void save(), 700);
  say('…');
}

function paragraph(words, name) {
  const made = document.createElement('p');
  made.className = name;
  made.append(...spoken(words, fields));
  return made;
}

// ---- Kept as it is written

let saving = 0;
let kept = snapshot();
let busy = false;

async function save() {
  if (busy) {
    saving = setTimeout(() => void save(), 300);
    return;
  }
  const now = snapshot();
  const different = areas.filter((area) => now[area.name] !== kept[area.name]);
  if (different.length === 0) return say('Saved');
  busy = true;
  const sent = new FormData(form);
  for (const area of areas) if (!different.includes(area)) sent.delete(area.name);
  for (const area of different) sent.set(area.name, area.value);
  sent.set('before', JSON.stringify(Object.fromEntries(different.map((area) => [area.name.slice(2), kept[area.name]]))));
  const answer = await ask(form.action, sent);
  busy = false;
  if (!answer) {
    say('Not saved: no connection. It is tried again.');
    saving = setTimeout(() => void save(), 4000);
    return;
  }
  take(answer, now);
}

function take(answer, now) {
  const rev = form.querySelector('input[name=rev]');
  if (answer.ok) {
    kept = { ...now };
    if (rev instanceof HTMLInputElement) rev.value = String(answer.rev);
    for (const other of document.querySelectorAll('.compose input[name=rev]'))
      if (other instanceof HTMLInputElement) other.value = String(answer.rev);
    takeOver(answer.theirs);
    say(`Saved ${answer.time}`);
    return;
  }
  say('Not saved');
  offer(answer, rev);
}

/** What a colleague wrote meanwhile in other words comes in by itself. */
function takeOver(theirs) {
  for (const { what, language, slot, text } of theirs) {
    const area = areas.find((one) => one.name === `w.${slot}`);
    if (what !== 'word' || language !== new FormData(form).get('language') || !area || area.value !== kept[area.name]) continue;
    area.value = text ?? '';
    kept[area.name] = area.value;
    editors.get(area)?.show();
  }
  remember();
}

/** The same words, written by two: both are shown, and one is chosen. */
function offer({ reason, theirs = [], rev: now }, rev) {
  if (!(conflict instanceof HTMLElement)) return;
  conflict.hidden = false;
  const choices = theirs
    .filter(({ what }) => what === 'word')
    .flatMap(({ slot, text, yours, by }) => [
      paragraph(`${by} wrote: ${text ?? ''}`, 'compose-text'),
      choose(`Use ${by}’s`, slot, text ?? ''),
      paragraph(`You wrote: ${yours ?? ''}`, 'compose-text'),
      choose('Use mine', slot, yours ?? ''),
    ]);
  conflict.replaceChildren(paragraph(reason, 'problem'), ...choices);
  function choose(words, slot, text) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = words;
    button.addEventListener('click', () => {
      const area = areas.find((one) => one.name === `w.${slot}`);
      if (rev instanceof HTMLInputElement) rev.value = String(now);
      if (area) {
        kept[area.name] = theirs.find((their) => their.slot === slot)?.text ?? '';
        area.value = text;
        editors.get(area)?.show();
      }
      conflict.hidden = true;
      wake();
    });
    return button;
  }
}

function say(words) {
  if (saved) saved.textContent = words;
}

for (const button of form.querySelectorAll('.compose-save')) if (button instanceof HTMLElement) button.hidden = true;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void save();
});
// The design's own forms change the same draft: what is written goes first.
for (const other of document.querySelectorAll('.compose form:not(#compose)')) {
  other.addEventListener('submit', (event) => {
    const submitter = event instanceof SubmitEvent ? event.submitter : null;
    leaveFrom(other, submitter);
    if (areas.every((area) => area.value === kept[area.name])) return;
    event.preventDefault();
    void save().then(() => other instanceof HTMLFormElement && other.requestSubmit(submitter));
  });
}
comeBack();
// A check names the words that it means.
const named = areas.find((area) => `#${area.id}` === location.hash);
const around = named?.closest('details');
if (around) around.open = true;
// The browser looks for the place itself, where the words without their chips are hidden, and leaves: after it.
if (named) addEventListener('load', () => requestAnimationFrame(() => editors.get(named)?.box.focus()));

addEventListener('beforeunload', (event) => {
  if (areas.some((area) => area.value !== kept[area.name])) event.preventDefault();
});
