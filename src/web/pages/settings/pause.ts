import { pauseBusiness, resumeBusiness } from '../../../businesses/business.ts';
import { after } from '../../members-page.ts';
import type { Visit } from '../../visit.ts';

/** Stops everything of this shop, from any page. Whoever sees something go wrong may press it: staff too, and they may also take it back. */
export async function pausePost(visit: Visit): Promise<Response> {
  const { db, business, member, actor } = visit;
  const { changed } = await pauseBusiness(db, business.id, `${member.name} paused everything.`, actor);
  const say = changed ? 'Everything is paused: no card goes out until you send again.' : 'Everything was paused already.';
  return after(visit, cameFrom(visit), { say, undo: { path: '/resume', label: 'Send again' } });
}

/** Cards that are still in time go out now; what came to be too late meanwhile is said on the home page. */
export async function resumePost(visit: Visit): Promise<Response> {
  const { changed } = await resumeBusiness(visit.db, visit.business.id, visit.actor);
  const say = changed ? 'Cards go out again. What was due meanwhile goes now, where it is still in time.' : 'Nothing was paused.';
  return after(visit, cameFrom(visit), { say, ...(changed ? { undo: { path: '/pause', label: 'Pause again' } } : {}) });
}

/** The page on which it was pressed, where the browser says so; else the home page. */
function cameFrom({ c, href }: Visit): string {
  const referer = c.req.header('referer') ?? '';
  const path = URL.canParse(referer) ? new URL(referer).pathname : '';
  return path.startsWith(`${href('')}/`) ? path.slice(href('').length) : '';
}
