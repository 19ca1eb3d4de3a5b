import { html } from 'hono/html';
import type { Html } from '../../layout.ts';
import { linkButton, type Piece } from '../../parts.ts';
import type { Visit } from '../../visit.ts';

/** The top of a page about one customer: the way back to them, what it is, and a line about it. */
export function topOf({ href }: Visit, customer: { id: string; name: string }, title: Piece, text?: Piece): Html {
  return html`<p class="customers-back">
      <a href="${href(`/customers/${customer.id}`)}"><bdi>${customer.name}</bdi></a>
    </p>
    <div class="head">
      <div>
        <h1>${title}</h1>
        ${text === undefined ? '' : html`<p>${text}</p>`}
      </div>
    </div>`;
}

export function goBack({ href }: Visit, id: string): Html {
  return linkButton(href(`/customers/${id}`), 'Go back');
}
