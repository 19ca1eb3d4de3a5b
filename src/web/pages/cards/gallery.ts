import { html } from 'hono/html';
import { type GalleryEntry, listGallery } from '../../../cards/gallery.ts';
import { publishGalleryCard } from '../../../occasions/cards.ts';
import type { Html } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { button, thumbnail } from '../../parts.ts';
import type { Visit } from '../../visit.ts';

const NAMES: Record<string, string> = {
  birthday: 'Birthday',
  anniversary: 'Anniversary',
  'years-with-us': 'Years with you',
  welcome: 'Welcome',
  'thank-you': 'Thank you',
  survey: 'Survey',
  'we-miss-you': 'We miss you',
  'new-year': 'New Year',
  apology: 'Apology',
  congratulations: 'Congratulations',
};

/** The ready cards, in this shop's colours, by what they are for. */
export async function galleryPage(visit: Visit): Promise<Response> {
  const all = await listGallery();
  const wanted = visit.c.req.query('for') ?? '';
  const shown = all.filter((entry) => wanted === '' || entry.occasion === wanted);
  const kinds = [...new Set(all.map((entry) => entry.occasion))];
  const content = html`<p class="back"><a href="${visit.href('/cards')}">Your cards</a></p>
    <div class="head">
      <div>
        <h1>The gallery</h1>
        <p>Ready cards in your colours. Take one, and change any word of it.</p>
      </div>
    </div>
    <nav class="tabs" aria-label="What it is for">
      ${tab(visit, '', 'All', wanted)} ${kinds.map((kind) => tab(visit, kind, nameOf(kind), wanted))}
    </nav>
    <ul class="cards-shelf">
      ${shown.map((entry) => ready(visit, entry))}
    </ul>`;
  return membersPage(visit, { title: 'The gallery', section: 'cards', wide: true, content });
}

/** Takes a ready card onto the shop's shelf. */
export async function addFromGallery(visit: Visit): Promise<Response> {
  const name = visit.c.req.param('name') ?? '';
  const entry = (await listGallery()).find((known) => known.name === name);
  if (!entry) return visit.missing();
  const { cardId } = await publishGalleryCard(visit.db, visit.business, name, visit.actor);
  return after(visit, `/cards/${cardId}`, { say: `“${entry.title}” is yours now. An occasion can send it.` });
}

function nameOf(kind: string): string {
  return NAMES[kind] ?? kind.replaceAll('-', ' ');
}

function tab({ href }: Visit, kind: string, label: string, wanted: string): Html {
  const address = kind === '' ? '/cards/gallery' : `/cards/gallery?for=${encodeURIComponent(kind)}`;
  return html`<a href="${href(address)}" ${kind === wanted ? html`aria-current="page"` : ''}>${label}</a>`;
}

function ready({ href }: Visit, entry: GalleryEntry): Html {
  return html`<li class="cards-ready">
    ${thumbnail(href(`/cards/gallery/${entry.name}/preview`))}
    <h2 class="cards-name">${entry.title}</h2>
    <p class="quiet">${entry.about}</p>
    <form method="post" action="${href(`/cards/gallery/${entry.name}`)}">
      ${button('Take this card', { says: `Take this card: “${entry.title}”` })}
    </form>
  </li>`;
}
