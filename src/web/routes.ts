import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { headers } from './headers.ts';
import { health } from './health.ts';
import { mark, noticePage, stylesheet, stylesheetPath } from './layout.ts';
import { onlyHere } from './outbox-door.ts';
import { cardFrame, outboxList, outboxMail } from './pages/outbox.ts';
import { confirmForm, confirmPost, joinForm, joinPost } from './pages/join.ts';
import { preferencesForm, preferencesPost } from './pages/preferences.ts';
import { surveyForm, surveyPost } from './pages/survey.ts';
import { unsubscribeForm, unsubscribePost } from './pages/unsubscribe.ts';
import { viewCard } from './pages/view.ts';
import type { Site } from './site.ts';
import { noteVisits } from './visits.ts';
import { speakAsAsked } from './words.ts';

const MOST_BYTES = 32 * 1024;

/** The site map. GET and HEAD change nothing anywhere. */
export function routes(site: Site): Hono {
  const app = new Hono();
  app.use(headers);
  app.use(bodyLimit({ maxSize: MOST_BYTES, onError: (c) => c.html(notice(c, 'tooLarge'), 413) }));

  // For the shop, on this machine
  app.get('/', (c) => c.redirect('/outbox', 302));
  app.use('/outbox/*', onlyHere);
  app.get('/outbox', outboxList(site));
  app.get('/outbox/:touchpoint', outboxMail(site));
  app.get('/outbox/:touchpoint/card', cardFrame(site));

  // For customers, by the signed links in their cards
  app.get('/v/:token', noteVisits(site, 'view'), viewCard(site));
  app.get('/u/:token', noteVisits(site, 'unsubscribe'), unsubscribeForm(site));
  app.post('/u/:token', unsubscribePost(site));
  app.get('/a/:token', noteVisits(site, 'survey'), surveyForm(site));
  app.post('/a/:token', surveyPost(site));
  app.get('/p/:token', preferencesForm(site));
  app.post('/p/:token', preferencesPost(site));

  // For whoever would like to become a customer, and by the signed link in the letter that asks them once more
  app.get('/join/:slug', joinForm(site));
  app.post('/join/:slug', joinPost(site));
  app.get('/c/:token', confirmForm(site));
  app.post('/c/:token', confirmPost(site));

  // For browsers and for whoever watches over us
  app.get(stylesheetPath, (c) => asset(c, stylesheet, 'text/css; charset=utf-8'));
  app.get('/mark.svg', (c) => asset(c, mark, 'image/svg+xml'));
  app.get('/robots.txt', (c) => c.text('User-agent: *\nDisallow: /\n'));
  app.get('/health', health(site));

  app.notFound((c) => c.html(notice(c, 'notFound'), 404));
  app.onError((error, c) => {
    site.log.error({ err: error, method: c.req.method, path: c.req.routePath }, 'A page failed');
    return c.html(notice(c, 'failed'), 500);
  });
  return app;
}

/** Of a visitor who is nobody to us, only their browser's language is known. */
function notice(c: Context, which: 'notFound' | 'tooLarge' | 'failed') {
  const speech = speakAsAsked(c.req.header('accept-language'));
  return noticePage({ ...speech.words[which], speech });
}

function asset(c: Context, content: string, type: string): Response {
  return c.body(content, 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=31536000, immutable' });
}
