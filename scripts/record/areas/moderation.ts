/** Records moderation of submissions. */

import { fill, linkIn, mailTo, post, recordMails } from '../acts.ts'
import type { Book } from '../book.ts'
import { WITHHELD } from '../settings.ts'
import type { Stage } from '../stage.ts'

const SLUG = 'river-street-bakery'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Records decisions by the links in the moderator's mail and by the API. */
export async function moderate(stage: Stage, book: Book): Promise<void> {
  const flagged = {
    'a name that is withheld': `We greet ${WITHHELD} and everybody.`,
    'a link and an address': 'BUY NOW!!! https://ovens.example sales@ovens.example GREAT OVENS!!!',
  }
  for (const [n, [what, text]] of Object.entries(flagged).entries()) {
    const email = `flagged.${n}@example.org`
    const form = {
      page: `/en/campaigns/${SLUG}/support`,
      action: `/campaigns/${SLUG}/messages`,
      answers: { email, name: 'Eve Oven', text },
    }
    await fill(stage, book, `written: ${what}`, form)
    const link = linkIn(mailTo(await stage.mails(), email), '/confirm/')
    await stage.record(book, `confirmed: ${what}`, post(link, ''))
  }
  await stage.live(HOUR_MS)
  const mails = await recordMails(stage, book, 'the moderator is written to')
  await stage.record(book, 'what waits', stage.api('GET', '/api/moderation'))
  const { items } = JSON.parse(String((await stage.ask(stage.api('GET', '/api/moderation'))).body)) as {
    items: Array<{ id: string; kind: string; flags: unknown[] }>
  }
  const link = linkIn(mailTo(mails, 'moderator@example.org'), '/moderate/')
  await stage.record(book, 'opens the link', { path: link })
  await stage.record(book, 'presses nothing', post(link, ''))
  await fill(stage, book, 'accepts', { page: link, action: link, answers: { decision: 'accept' } })
  await stage.record(book, 'accepts again', post(link, 'decision=accept'))
  await stage.record(book, 'refuses afterwards', post(link, 'decision=refuse'))
  await stage.record(book, 'opens the link afterwards', { path: link })
  const rest = items.filter((_, n) => n > 0)
  for (const [n, { id, kind, flags }] of rest.entries()) {
    const decision =
      flags.length > 0 || n === 3 ? { decision: 'refuse', reason: 'advertising' } : { decision: 'accept' }
    if (flags.length > 0)
      await stage.record(
        book,
        `accepts what is flagged ${n}`,
        stage.api('POST', `/api/moderation/${id}`, { decision: 'accept' }),
      )
    await stage.record(book, `decides on ${kind} ${n}`, stage.api('POST', `/api/moderation/${id}`, decision))
    if (n === 0)
      await stage.record(book, 'decides again', stage.api('POST', `/api/moderation/${id}`, { decision: 'refuse' }))
  }
  await stage.record(book, 'nothing waits', stage.api('GET', '/api/moderation'))
  await stage.record(
    book,
    'an unknown id',
    stage.api('POST', `/api/moderation/${SLUG}.nothing`, { decision: 'refuse' }),
  )
  await stage.record(
    book,
    'a reason for what is accepted',
    stage.api('POST', `/api/moderation/${rest[0]?.id}`, { decision: 'accept', reason: 'advertising' }),
  )
  await stage.record(book, 'no decision', stage.api('POST', `/api/moderation/${rest[0]?.id}`, {}))
  await stage.live(8 * DAY_MS)
  await stage.record(book, 'a link that is too old', { path: link })
}
