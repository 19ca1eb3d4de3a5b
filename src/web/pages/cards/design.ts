import { html } from 'hono/html';
import { keepPicture, MOST_UPLOAD_BYTES } from '../../../businesses/pictures.ts';
import { pictureFile, pictureNames } from '../../../cards/pictures.ts';
import { hideBlock, moveBlock, type PictureSlot, showBlock, slotsOf, swapPicture } from '../../../cards/slots.ts';
import { type Draft, saveDraft } from '../../../occasions/card-drafts.ts';
import { type Form, textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after } from '../../members-page.ts';
import { button, field, hidden, linkButton, select } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { type AtDraft, draftAt, revIn } from './draft.ts';
import { slotLabel } from './chips.ts';
import { coloursForm } from './colours.ts';
import { pageAt, type Press, pressAt, undoOf } from './presses.ts';

/** Blocks to move and hide, pictures to swap, colours of this card alone, and the way to its source. */
export function designTools(visit: Visit, at: AtDraft): Html {
  const { draft } = at;
  const { blocks, pictures } = slotsOf(draft.mjml);
  return html`${
      blocks.length === 0
        ? ''
        : html`<section class="compose-tools">
            <h2>Parts of the card</h2>
            <ul class="rows">
              ${blocks.map((block) => blockLine(visit, at, block))}
            </ul>
          </section>`
    }
    ${
      pictures.length === 0
        ? ''
        : html`<section class="compose-tools">
            <h2>Pictures</h2>
            ${pictures.map((picture) => pictureForm(visit, at, picture))}
          </section>`
    }
    <section class="compose-tools">
      <h2>Colours of this card</h2>
      ${coloursForm(visit, at)}
    </section>
    <section class="compose-tools">
      <h2>What you call it</h2>
      <form class="box" method="post" action="${visit.href(`/cards/${draft.cardId}/name`)}">
        ${hidden({ rev: draft.rev })}
        ${field({ name: 'name', label: 'Name of the card', value: draft.name, maxlength: 100, hint: 'Customers never see it.' })}
        ${button('Rename')}
      </form>
    </section>
    <p class="compose-source">
      ${linkButton(visit.href(`/cards/${draft.cardId}/source`), 'Edit the source', { icon: 'code' })}
    </p>`;
}

type Block = ReturnType<typeof slotsOf>['blocks'][number];

function blockLine(visit: Visit, at: AtDraft, { name, hidden: away, up, down }: Block): Html {
  const label = slotLabel(name);
  const act = (what: string, words: string, name: string): Html =>
    button(words, { name: 'do', value: what, says: `${words}: ${name}` });
  return html`<li>
    <form class="compose-block" method="post" action="${pressAt(visit, at, 'design')}">
      ${hidden({ rev: at.draft.rev, block: name })}
      <span class="${away ? 'quiet' : ''}">${label}${away ? ' (hidden)' : ''}</span>
      <span class="actions">
        ${up ? act('up', 'Up', label) : ''} ${down ? act('down', 'Down', label) : ''}
        ${away ? act('show', 'Show', label) : act('hide', 'Hide', label)}
      </span>
    </form>
  </li>`;
}

function pictureForm(visit: Visit, at: AtDraft, picture: PictureSlot): Html {
  const form = picture.name;
  const own = pictureNames().map((name) => ({ value: `[[art.${name}]]`, label: name.replaceAll('-', ' ') }));
  const kept = own.some(({ value }) => value === picture.src)
    ? own
    : [{ value: picture.src, label: 'The picture it has' }, ...own];
  return html`<form class="box" method="post" enctype="multipart/form-data" action="${pressAt(visit, at, 'picture')}">
    ${hidden({ rev: at.draft.rev, picture: picture.name })}
    ${select({ name: 'src', form, label: 'Picture', value: picture.src, options: kept })}
    ${field({ name: 'file', form, label: 'Or one of your own', type: 'file', accept: 'image/png,image/jpeg,image/webp', hint: 'PNG, JPEG or WebP, at most 5 MB.' })}
    ${field({ name: 'alt', form, label: 'What it shows, for those who cannot see it', value: picture.alt, hint: 'Leave it empty if the picture only adorns.', maxlength: 200 })}
    ${button('Use this picture', { icon: 'upload' })}
  </form>`;
}

const moves = {
  up: (mjml: string, block: string) => moveBlock(mjml, block, 'up'),
  down: (mjml: string, block: string) => moveBlock(mjml, block, 'down'),
  hide: hideBlock,
  show: showBlock,
};

/** Moves a part of the card up or down, hides or shows it. */
export async function changeBlocks(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const what = textOf(form, 'do') as keyof typeof moves;
  const move = Object.hasOwn(moves, what) ? moves[what] : undefined;
  const block = textOf(form, 'block');
  return changeDesign(visit, form, {
    change: (draft) => move?.(draft.mjml, block),
    back: () => ({ path: 'design', fields: { block, do: OPPOSITES[what] } }),
  });
}

const OPPOSITES = { up: 'down', down: 'up', hide: 'show', show: 'hide' } as const;

/** Another picture in a picture's place: one of ours, or one that is uploaded here. */
export async function changePicture(visit: Visit): Promise<Response> {
  // Before anything is kept: an upload for no card of this shop is none.
  const at = await draftAt(visit);
  if (!at) return visit.missing();
  const form = await visit.form();
  const file = form['file'];
  let src = textOf(form, 'src');
  if (file instanceof File && file.size > 0) {
    const kept = await keepPicture(visit.db, visit.business.id, new Uint8Array(await file.arrayBuffer()), 'card', visit.actor);
    if (!kept.ok) return after(visit, pageAt(at), { say: kept.reason });
    src = `{{links.pictures}}${visit.business.id}/${kept.file}`;
  } else if (/^\[\[art\.(.+)\]\]$/.test(src) && pictureFile(src.slice('[[art.'.length, -2)) === undefined) src = '';
  const alt = textOf(form, 'alt').trim();
  const name = textOf(form, 'picture');
  return changeDesign(visit, form, {
    change: (draft) => (src === '' ? undefined : swapPicture(draft.mjml, name, { src, alt })),
    back: (draft) => {
      const before = slotsOf(draft.mjml).pictures.find((picture) => picture.name === name);
      return { path: 'picture', fields: { picture: name, src: before?.src ?? '', alt: before?.alt ?? '' } };
    },
  });
}

export const PICTURE_LIMIT = MOST_UPLOAD_BYTES + 64 * 1024;

/** `back` is the press that takes it back, from the draft as it was before. */
async function changeDesign(
  visit: Visit,
  form: Form,
  { change, back }: { change: (draft: Draft) => string | undefined; back: (draft: Draft) => Press },
): Promise<Response> {
  const at = await draftAt(visit);
  if (!at) return visit.missing();
  const { draft } = at;
  const mjml = change(draft);
  const page = pageAt(at);
  if (mjml === undefined) return after(visit, page, { say: 'That part was changed meanwhile. Look again, and press once more.' });
  const saved = await saveDraft(visit.db, visit.business.id, draft.cardId, { rev: revIn(form), change: { mjml } }, visit.actor);
  if (!saved.ok) return after(visit, page, { say: saved.reason });
  return after(visit, page, {
    say: 'Changed. Nobody gets it until you publish it.',
    undo: undoOf(at, saved.rev, back(draft)),
  });
}
