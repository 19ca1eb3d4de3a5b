import type { OpenRoute } from '../../visit.ts';
import { accountPage, endOthersPost, endSessionPost, namePost, passwordPost } from './account.ts';
import { welcomeForm, welcomePost } from './first.ts';
import { forgotForm, forgotPost, resetForm, resetPost } from './forgot.ts';
import { acceptPost, invitedPage, newAccountPost } from './invited.ts';
import { signedIn } from './page.ts';
import { codeForm, codePost, rootPage, signInForm, signInPost, signOutPost } from './sign-in.ts';
import { beginPost, codesPost, confirmPost, offPost, twoFactorPage } from './two-factor.ts';

/** Whatever a person does about themselves, outside of any shop. */
export const accountRoutes: OpenRoute[] = [
  { method: 'GET', path: '/', to: rootPage },
  { method: 'GET', path: '/welcome', to: welcomeForm },
  { method: 'POST', path: '/welcome', to: welcomePost },

  { method: 'GET', path: '/sign-in', to: signInForm },
  { method: 'POST', path: '/sign-in', to: signInPost },
  { method: 'GET', path: '/sign-in/code', to: codeForm },
  { method: 'POST', path: '/sign-in/code', to: codePost },
  { method: 'POST', path: '/sign-out', to: signOutPost },
  { method: 'GET', path: '/forgot', to: forgotForm },
  { method: 'POST', path: '/forgot', to: forgotPost },
  { method: 'GET', path: '/reset/:token', to: resetForm },
  { method: 'POST', path: '/reset/:token', to: resetPost },

  { method: 'GET', path: '/invited/:token', to: invitedPage },
  { method: 'POST', path: '/invited/:token', to: acceptPost },
  { method: 'POST', path: '/invited/:token/account', to: newAccountPost },

  { method: 'GET', path: '/account', to: signedIn(accountPage) },
  { method: 'POST', path: '/account/name', to: signedIn(namePost) },
  { method: 'POST', path: '/account/password', to: signedIn(passwordPost) },
  { method: 'POST', path: '/account/sessions/others', to: signedIn(endOthersPost) },
  { method: 'POST', path: '/account/sessions/:session/end', to: signedIn(endSessionPost) },
  { method: 'GET', path: '/account/two-factor', to: signedIn(twoFactorPage) },
  { method: 'POST', path: '/account/two-factor/begin', to: signedIn(beginPost) },
  { method: 'POST', path: '/account/two-factor/confirm', to: signedIn(confirmPost) },
  { method: 'POST', path: '/account/two-factor/codes', to: signedIn(codesPost) },
  { method: 'POST', path: '/account/two-factor/off', to: signedIn(offPost) },
];
