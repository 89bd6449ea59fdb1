import { HOUR_MS, MINUTE_MS } from '../../kit/durations.ts'
import { NOTICE_KINDS } from '../../notices/notice-kinds.ts'
import type { OrganiserMail } from '../../notices/tell-organisers.ts'
import { noticesOfEnd } from '../dispatch-notices.ts'
import type { DispatchView } from '../dispatch-request.ts'
import type { DispatchNews, NewsKind } from './news.ts'

/** What the mail is made from. Nothing in it is personal. */
export type NewsOfDispatch = Pick<
  DispatchView,
  | 'id'
  | 'campaign'
  | 'email'
  | 'updateId'
  | 'state'
  | 'paused'
  | 'counts'
  | 'dryRun'
  | 'damaged'
  | 'createdAt'
  | 'startedAt'
  | 'finishedAt'
>

/** A command on a line of its own, which no mail program breaks. */
const command = (act: string, id: string): string => `\nnpm run tocsin -- ${act} ${id}`

const WORDS: Record<NewsKind, (view: NewsOfDispatch) => { what: string; lines: string[] }> = {
  began: ({ id }) => ({
    what: 'has begun',
    lines: [
      'It was scheduled, and it sends now.',
      `To look at it first, hold it:${command('pause', id)}`,
      `If it is the wrong one, end it:${command('cancel', id)}`,
    ],
  }),
  paused: ({ id, paused, counts }) => ({
    what: 'paused by itself',
    lines: [
      paused === undefined ? 'It has gone on meanwhile.' : `Why: ${paused.detail}.`,
      `${people(counts.accepted)} got the mail, and ${counts.waiting} wait.`,
      `To go on once the cause is mended:${command('resume', id)}`,
      `To end it for those who wait:${command('cancel', id)}`,
    ],
  }),
  finished: (view) => ({ what: 'has finished', lines: [...countsOf(view), ...leftOver(view)] }),
}

/** The mail about one piece of news of a dispatch. `publicUrl` says of which deployment. */
export function newsMail(publicUrl: string, news: DispatchNews, view: NewsOfDispatch): OrganiserMail {
  const { what, lines } = WORDS[news.kind](view)
  const name = `${view.email}${view.updateId === undefined ? '' : ` ${view.updateId}`} of ${view.campaign}`
  return {
    key: `dispatch/${view.id}/${news.kind}/${news.at}`,
    subject: `The ${name} ${what}`,
    text: [
      `The ${name} ${what} at ${new Date(news.at).toISOString()}.`,
      ...lines,
      `Dispatch ${view.id} at ${publicUrl}. See it with:${command('status', view.id)}`,
    ].join('\n\n'),
  }
}

function countsOf({ counts, startedAt, finishedAt }: NewsOfDispatch): string[] {
  const took = startedAt && finishedAt ? ` It took ${duration(Date.parse(finishedAt) - Date.parse(startedAt))}.` : ''
  const { planned, accepted, refused, suppressed, uncertain, cancelled } = counts
  const shares = Object.entries({ accepted, refused, suppressed, uncertain, cancelled }).filter(([, n]) => n > 0)
  return [`${people(planned)} planned: ${shares.map(([name, n]) => `${n} ${name}`).join(', ') || 'none'}.${took}`]
}

/** Whom it may not have reached, and what to do: the texts of the notices. */
const leftOver = (view: NewsOfDispatch): string[] =>
  noticesOfEnd(view).map(({ kind, subject, detail }) => {
    const { summary, action } = NOTICE_KINDS[kind]
    return `${summary(1, subject)} (${detail})\nWhat to do: ${action}`
  })

const people = (n: number): string => (n === 1 ? '1 person' : `${n} people`)

function duration(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.ceil(ms / 1_000)} s`
  const minutes = Math.round(ms / MINUTE_MS)
  return ms < HOUR_MS ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
