import type { MemberRoute } from '../../visit.ts';
import { cardPreview, galleryPreview } from './frames.ts';
import { addFromGallery, galleryPage } from './gallery.ts';
import { listPage } from './list.ts';
import { beginDraft, composePage } from './compose.ts';
import { changeCardColours } from './colours.ts';
import { changeBlocks, changePicture, PICTURE_LIMIT } from './design.ts';
import { changeLanguages, hereNow, renameCard, saveWords } from './draft.ts';
import { draftPreview, livePreview } from './preview.ts';
import { checksPage, publish, publishPage } from './publish.ts';
import { showCard } from './show.ts';
import { checkSource, saveSource, SOURCE_LIMIT, sourcePage } from './source.ts';
import { sendTest } from './test.ts';
import { archive, bringVersionBack, comparePage, copyCard } from './versions.ts';

export const cardsRoutes: MemberRoute[] = [
  { method: 'GET', path: '/cards', role: 'staff', to: listPage },
  { method: 'GET', path: '/cards/gallery', role: 'staff', to: galleryPage },
  { method: 'GET', path: '/cards/gallery/:name/preview', role: 'staff', to: galleryPreview },
  { method: 'POST', path: '/cards/gallery/:name', role: 'staff', to: addFromGallery },
  { method: 'GET', path: '/cards/:card', role: 'staff', to: showCard },
  { method: 'GET', path: '/cards/:card/preview', role: 'staff', to: cardPreview },
  { method: 'POST', path: '/cards/:card/edit', role: 'staff', to: beginDraft },
  { method: 'GET', path: '/cards/:card/edit', role: 'staff', to: composePage },
  { method: 'POST', path: '/cards/:card/draft', role: 'staff', to: saveWords },
  { method: 'GET', path: '/cards/:card/draft/preview', role: 'staff', to: draftPreview },
  { method: 'POST', path: '/cards/:card/draft/preview', role: 'staff', to: livePreview },
  { method: 'POST', path: '/cards/:card/here', role: 'staff', to: hereNow },
  { method: 'POST', path: '/cards/:card/name', role: 'staff', to: renameCard },
  { method: 'POST', path: '/cards/:card/languages', role: 'staff', to: changeLanguages },
  { method: 'POST', path: '/cards/:card/design', role: 'staff', to: changeBlocks },
  { method: 'POST', path: '/cards/:card/picture', role: 'staff', limit: PICTURE_LIMIT, to: changePicture },
  { method: 'POST', path: '/cards/:card/colours', role: 'staff', to: changeCardColours },
  { method: 'GET', path: '/cards/:card/source', role: 'staff', to: sourcePage },
  { method: 'POST', path: '/cards/:card/source', role: 'staff', limit: SOURCE_LIMIT, to: saveSource },
  { method: 'POST', path: '/cards/:card/source/check', role: 'staff', limit: SOURCE_LIMIT, to: checkSource },
  { method: 'GET', path: '/cards/:card/publish', role: 'staff', to: publishPage },
  { method: 'POST', path: '/cards/:card/publish', role: 'staff', to: publish },
  { method: 'GET', path: '/cards/:card/checks', role: 'staff', to: checksPage },
  { method: 'POST', path: '/cards/:card/test', role: 'staff', to: sendTest },
  { method: 'GET', path: '/cards/:card/compare', role: 'staff', to: comparePage },
  { method: 'POST', path: '/cards/:card/versions/:n', role: 'staff', to: bringVersionBack },
  { method: 'POST', path: '/cards/:card/copy', role: 'staff', to: copyCard },
  { method: 'POST', path: '/cards/:card/archive', role: 'staff', to: archive },
];
