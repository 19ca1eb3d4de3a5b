import type { MemberRoute, OpenRoute } from '../../visit.ts';
import { lookBeside, lookPage, lookPost } from './look.ts';
import { lookCard } from './look-form.ts';
import { mailDns, mailOwn, mailPage, mailPost, mailTest } from './mail.ts';
import { morePage, sampleRemove, signUpCode } from './more.ts';
import { pausePost, resumePost } from './pause.ts';
import { showPicture } from './pictures.ts';
import { shopPage, shopPost } from './shop.ts';

/** A picture of 5 MB, and what a form puts around it. */
export const PICTURE_BYTES = 5 * 1024 * 1024 + 256 * 1024;

export const settingsRoutes: MemberRoute[] = [
  { method: 'GET', path: '/settings', role: 'owner', to: shopPage },
  { method: 'POST', path: '/settings', role: 'owner', to: shopPost },
  { method: 'GET', path: '/settings/look', role: 'owner', to: lookPage },
  { method: 'POST', path: '/settings/look', role: 'owner', limit: PICTURE_BYTES, to: lookPost },
  { method: 'GET', path: '/settings/look/beside', role: 'owner', to: lookBeside },
  { method: 'GET', path: '/settings/look/card', role: 'owner', to: lookCard },
  { method: 'GET', path: '/settings/mail', role: 'owner', to: mailPage },
  { method: 'POST', path: '/settings/mail', role: 'owner', to: mailPost },
  { method: 'GET', path: '/settings/mail/dns', role: 'owner', to: mailDns },
  { method: 'POST', path: '/settings/mail/test', role: 'owner', to: mailTest },
  { method: 'POST', path: '/settings/mail/own', role: 'owner', to: mailOwn },
  { method: 'GET', path: '/settings/more', role: 'owner', to: morePage },
  { method: 'GET', path: '/settings/sign-up.png', role: 'owner', to: signUpCode },
  { method: 'POST', path: '/settings/sample/remove', role: 'owner', to: sampleRemove },
  { method: 'POST', path: '/pause', role: 'staff', to: pausePost },
  { method: 'POST', path: '/resume', role: 'staff', to: resumePost },
];

/** What a shop shows the world: its logo and pictures, as mails name them. */
export const pictureRoutes: OpenRoute[] = [{ method: 'GET', path: '/pictures/:business/:file', to: showPicture }];
