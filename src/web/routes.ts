import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { findPicture } from '../cards/pictures.ts';
import { mountAssets, serveAnywhere } from './assets.ts';
import { headers } from './headers.ts';
import { health } from './health.ts';
import { mark, noticePage } from './layout.ts';
import { onlyHere } from './outbox-door.ts';
import { accountRoutes } from './pages/account/routes.ts';
import { answersRoutes } from './pages/answers/routes.ts';
import { cardsRoutes } from './pages/cards/routes.ts';
import { customersRoutes } from './pages/customers/routes.ts';
import { homeRoutes } from './pages/home/routes.ts';
import { importsRoutes } from './pages/imports/routes.ts';
import { membersRoutes } from './pages/members/routes.ts';
import { occasionsRoutes } from './pages/occasions/routes.ts';
import { sentRoutes } from './pages/sent/routes.ts';
import { pictureRoutes, settingsRoutes } from './pages/settings/routes.ts';
import { setUpRoutes, welcomeRoutes } from './pages/welcome/routes.ts';
import { cardFrame, outboxList, outboxMail } from './pages/outbox.ts';
import { confirmForm, confirmPost, joinForm, joinPost } from './pages/join.ts';
import { preferencesForm, preferencesPost } from './pages/preferences.ts';
import { surveyForm, surveyPost } from './pages/survey.ts';
import { unsubscribeForm, unsubscribePost } from './pages/unsubscribe.ts';
import { viewCard } from './pages/view.ts';
import type { Site } from './site.ts';
import { type MemberRoute, mountMembers, mountOpen, type OpenRoute } from './visit.ts';
import { noteVisits } from './visits.ts';
import { speakAsAsked } from './words.ts';

/** All of a shop's app, and who may enter where. */
export const memberRoutes: readonly MemberRoute[] = [
  ...homeRoutes,
  ...setUpRoutes,
  ...customersRoutes,
  ...importsRoutes,
  ...cardsRoutes,
  ...occasionsRoutes,
  ...sentRoutes,
  ...answersRoutes,
  ...settingsRoutes,
  ...membersRoutes,
];

/** What members, and whoever is to become one, reach outside of a shop. */
export const openRoutes: readonly OpenRoute[] = [...accountRoutes, ...welcomeRoutes, ...pictureRoutes];

/** The site map. GET and HEAD change nothing anywhere. */
export function routes(site: Site): Hono {
  const app = new Hono();
  app.use(headers);

  mountMembers(app, site, memberRoutes);
  mountOpen(app, site, openRoutes);
  mountCustomers(app, site);

  // For the operator, on this machine
  app.use('/outbox/*', onlyHere(site));
  app.get('/outbox', outboxList(site));
  app.get('/outbox/:touchpoint', outboxMail(site));
  app.get('/outbox/:touchpoint/card', cardFrame(site));

  // For browsers and for whoever watches over us
  mountAssets(app);
  // Beside a card, which names no icon, browsers ask for the second.
  for (const path of ['/mark.svg', '/favicon.ico'])
    app.get(path, (c) => serveAnywhere(c, { content: mark, type: 'image/svg+xml' }));
  app.get('/pictures/:name', async (c) => {
    const content = await findPicture(c.req.param('name'));
    return content ? serveAnywhere(c, { content: new Uint8Array(content), type: 'image/png' }) : c.notFound();
  });
  app.get('/robots.txt', (c) => c.text('User-agent: *\nDisallow: /\n'));
  app.get('/health', health(site));

  app.notFound((c) => c.html(notice(c, 'notFound'), 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException && error.status === 403) return c.html(noticePage(fromElsewhere), 403);
    site.log.error({ err: error, method: c.req.method, path: c.req.routePath }, 'A page failed');
    return c.html(notice(c, 'failed'), 500);
  });
  return app;
}

const MOST_BYTES = 32 * 1024;

function mountCustomers(app: Hono, site: Site): void {
  const short = bodyLimit({ maxSize: MOST_BYTES, onError: (c) => c.html(notice(c, 'tooLarge'), 413) });
  // By the signed links in their cards
  app.get('/v/:token', noteVisits(site, 'view'), viewCard(site));
  app.get('/u/:token', noteVisits(site, 'unsubscribe'), unsubscribeForm(site));
  app.post('/u/:token', short, unsubscribePost(site));
  app.get('/a/:token', noteVisits(site, 'survey'), surveyForm(site));
  app.post('/a/:token', short, surveyPost(site));
  app.get('/p/:token', preferencesForm(site));
  app.post('/p/:token', short, preferencesPost(site));

  // Whoever would like to become a customer, and by the signed link in the letter that asks them once more
  app.get('/join/:slug', joinForm(site));
  app.post('/join/:slug', short, joinPost(site));
  app.get('/c/:token', confirmForm(site));
  app.post('/c/:token', short, confirmPost(site));
}

const fromElsewhere = {
  title: 'That did not come from here',
  text: 'This was sent from another site, so nothing was changed. Open the page in Fondly, and press there.',
};

/** Of a visitor who is nobody to us, only their browser's language is known. */
function notice(c: Context, which: 'notFound' | 'tooLarge' | 'failed') {
  const speech = speakAsAsked(c.req.header('accept-language'));
  return noticePage({ ...speech.words[which], speech });
}
