import type { MemberRoute, OpenRoute } from '../../visit.ts';
import { signedIn } from '../account/page.ts';
import { PICTURE_BYTES } from '../settings/routes.ts';
import { cardsStep, cardsStepPost } from './cards.ts';
import { customersStep, customersStepPost } from './customers.ts';
import { mailStep, mailStepPost } from './mail.ts';
import { newShopPage, newShopPost, sampleShopPost } from './shop.ts';
import { startPage, startPost, startTry } from './start.ts';
import { laterPost, lookStep, lookStepPost, nextPost, resume, youStep } from './steps.ts';
import { byOwners } from './who.ts';

/** Before there is a shop. */
export const welcomeRoutes: OpenRoute[] = [
  { method: 'GET', path: '/welcome/shop', to: signedIn(byOwners(newShopPage)) },
  { method: 'POST', path: '/welcome/shop', to: signedIn(byOwners(newShopPost)) },
  { method: 'POST', path: '/welcome/sample', to: signedIn(sampleShopPost) },
];

/** The steps in a shop that exists, and the switch at their end. */
export const setUpRoutes: MemberRoute[] = [
  { method: 'GET', path: '/welcome', role: 'owner', to: resume },
  { method: 'POST', path: '/welcome/next', role: 'owner', to: nextPost },
  { method: 'POST', path: '/welcome/later', role: 'owner', to: laterPost },
  { method: 'GET', path: '/welcome/look', role: 'owner', to: lookStep },
  { method: 'POST', path: '/welcome/look', role: 'owner', limit: PICTURE_BYTES, to: lookStepPost },
  { method: 'GET', path: '/welcome/you', role: 'owner', to: youStep },
  { method: 'GET', path: '/welcome/customers', role: 'owner', to: customersStep },
  { method: 'POST', path: '/welcome/customers', role: 'owner', to: customersStepPost },
  { method: 'GET', path: '/welcome/cards', role: 'owner', to: cardsStep },
  { method: 'POST', path: '/welcome/cards', role: 'owner', to: cardsStepPost },
  { method: 'GET', path: '/welcome/mail', role: 'owner', to: mailStep },
  { method: 'POST', path: '/welcome/mail', role: 'owner', to: mailStepPost },
  { method: 'GET', path: '/switch-on', role: 'owner', to: startPage },
  { method: 'POST', path: '/switch-on', role: 'owner', to: startPost },
  { method: 'POST', path: '/switch-on/try', role: 'owner', to: startTry },
];
