// The card beside the words. With each key it is made anew, and only what differs is put into its frame: it neither blinks nor jumps.
import { ask } from './ask.js';

/** Shows the card as it is, and answers what to call after each change. `words` gives all of them as they stand. */
export function preview(form, views, words) {
  const frame = document.querySelector('.compose-preview iframe');
  let [asking, changed] = [false, false];

  /** One question at a time: what was typed meanwhile is in the next, so that a slow line shows the latest and nothing stale. */
  async function draw() {
    changed = true;
    if (asking) return;
    asking = true;
    try {
      while (changed) {
        changed = false;
        const made = await ask(form.dataset['preview'] ?? '', wanted());
        if (made) show(made);
      }
    } finally {
      asking = false;
    }
  }

  function wanted() {
    const all = new FormData(form);
    for (const [name, text] of words()) all.set(name, text);
    all.set('as', new FormData(views).get('as') ?? '');
    return all;
  }

  // A card that cannot be made leaves the last one that could.
  function show({ subject, html, text, problems }) {
    tell('.compose-problems', ...problems.map(problem));
    document.querySelector('.compose-preview')?.classList.toggle('stale', html === '');
    if (html === '') return;
    tell('.compose-subject', subject);
    tell('.compose-plain', text);
    put(frame, html);
  }

  frame.addEventListener('load', () => void draw());
  views.addEventListener('change', (event) => {
    lookAs(new FormData(views));
    if (event.target.name === 'as') void draw();
  });
  void draw();
  return draw;
}

function put(frame, html) {
  const inside = frame.contentDocument;
  // Somebody followed a link of the card, in its frame: back to the card.
  if (!inside) frame.src = frame.getAttribute('src');
  // Not there yet: it is asked for again when it is.
  if (!inside || inside.URL === 'about:blank' || inside.readyState === 'loading') return;
  // By the frame's own parser, so that the frame's policy counts and not this page's, which forbids a mail's styles.
  const fresh = new frame.contentWindow.DOMParser().parseFromString(html, 'text/html');
  bringTo(inside.documentElement, fresh.documentElement);
}

function lookAs(chosen) {
  const [desk, plain] = ['.desk', '.compose-plain'].map((name) => document.querySelector(`.compose-preview ${name}`));
  desk.hidden = chosen.get('view') === 'text';
  plain.hidden = !desk.hidden;
  desk.className = `desk ${chosen.get('view')} ${chosen.get('scheme')}`;
}

function tell(place, ...content) {
  document.querySelector(place)?.replaceChildren(...content);
}

function problem(words) {
  const made = document.createElement('p');
  made.className = 'problem';
  made.textContent = words;
  return made;
}

/** Changes what is shown until it is as `fresh`, and touches nothing that is so already: pictures stay, and so does the place that was scrolled to. */
function bringTo(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeName !== fresh.nodeName) return old.replaceWith(fresh);
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of Array.from(old.attributes)) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const [before, after] = [[...old.childNodes], [...fresh.childNodes]];
  for (const [at, child] of after.entries()) {
    if (before[at]) bringTo(before[at], child);
    else old.append(child);
  }
  for (const child of before.slice(after.length)) child.remove();
}
