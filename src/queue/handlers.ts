import type { Ref } from '../touchpoints/due.ts';
import { sendTouchpoints } from '../touchpoints/send.ts';
import type { Sender } from '../touchpoints/sender.ts';
import type { Job } from './connection.ts';

/** Every job there is, and what it carries: ids. */
interface Carried {
  send: { touchpoints: [businessId: string, id: string][] };
}

type JobName = keyof Carried;
type Handlers = { [Name in JobName]: (data: Carried[Name]) => Promise<void> };

const SLICE = 20;

/** Jobs for touchpoints that are due, a slice each. */
export function sendJobs(refs: readonly Ref[]): Job[] {
  const slices = Array.from({ length: Math.ceil(refs.length / SLICE) }, (_, at) => refs.slice(at * SLICE, (at + 1) * SLICE));
  return slices.map((slice) => {
    const data: Carried['send'] = { touchpoints: slice.map(({ businessId, id }) => [businessId, id]) };
    return { name: 'send', data };
  });
}

/** One handler for each job name. */
export function handlersFor(sender: Sender): Handlers {
  return {
    send: ({ touchpoints }) =>
      sendTouchpoints(
        sender,
        touchpoints.map(([businessId, id]) => ({ businessId, id })),
      ),
  };
}

/** Runs a job by its name. One that an older or newer Fondly left behind is refused; what it was about is due again by itself. */
export function runJob(handlers: Handlers, { name, data }: Job): Promise<void> {
  if (!isJobName(handlers, name)) throw new Error(`No handler for the job "${name}"`);
  return handlers[name](data as Carried[JobName]);
}

function isJobName(handlers: Handlers, name: string): name is JobName {
  return Object.hasOwn(handlers, name);
}
