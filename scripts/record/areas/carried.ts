/** Records delivered letters, writer updates, replies, and opting out of copies and updates. */

import { fill, linkIn, post, recordMails } from '../acts.ts'
import type { Book, Shelf } from '../book.ts'
import { textOf } from '../http.ts'
import { showMail } from '../mail.ts'
import { LOCALES } from '../settings.ts'
import { showAnswer } from '../show.ts'
import type { Stage } from '../stage.ts'

const SLUG = 'river-street-bakery'
/** Gets a digest of letters. */
const TARGET = 'chief-inspector@inspectorate.invalid'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Records all mails of letters, the attachments of a digest, the report, the signatures and the pages with numbers. */
export async function delivered(stage: Stage, shelf: Shelf): Promise<void> {
  const sent = shelf.book('letters')
  for (const mail of await stage.mails()) {
    const own = /^writer\.(\w+)@/.exec(mail.to)?.[1]
    const book = own === undefined ? sent : shelf.book(`acting-${own}`)
    book.add(`mail to ${mail.to} at ${new Date(mail.at).toISOString()}`, showMail(mail.eml))
  }
  const [inspector] = JSON.parse(
    textOf(await stage.ask({ path: '/outbox.json?to=chief-inspector@inspectorate.invalid' })),
  )
  for (const file of [0, 1, 2]) {
    const answer = await stage.ask({ path: `/outbox/${inspector.id}/attachments/${file}` })
    sent.add(`attachment ${file} to the inspector`, showAnswer(answer))
  }
  await stage.record(sent, 'the report', stage.api('GET', `/api/actions/${SLUG}`))
  for (const query of [
    '',
    '?format=html&locale=kk',
    '?format=pdf',
    '?format=pdf&locale=ru&paper=letter',
    '?format=doc',
    '?locale=de',
  ])
    await stage.record(sent, `signatures ${query}`, stage.api('GET', `/api/actions/${SLUG}/signatures${query}`))
  for (const locale of LOCALES)
    await stage.record(sent, `the page with numbers and voices, ${locale}`, { path: `/${locale}/campaigns/${SLUG}` })
}

export async function recordUpdates(stage: Stage, shelf: Shelf): Promise<void> {
  const book = shelf.book('telling')
  const at = `/api/actions/${SLUG}/tell`
  await stage.record(book, 'an update', stage.api('POST', at, { about: 'update', updateId: '2026-11-14' }))
  await stage.record(
    book,
    'the same update',
    stage.api('POST', at, { about: 'update', updateId: '2026-11-14', onTheList: 'tell' }),
  )
  await stage.record(book, 'no such update', stage.api('POST', at, { about: 'update', updateId: '2020-01-01' }))
  await stage.record(book, 'an update without its id', stage.api('POST', at, { about: 'update' }))
  await stage.record(book, 'the end, which has not come', stage.api('POST', at, { about: 'end' }))
  await stage.record(book, 'of no campaign', stage.api('POST', '/api/actions/no-such-campaign/tell', { about: 'end' }))
  await stage.live(DAY_MS)
  await recordMails(stage, book, 'told')
  const reply = {
    target: 'inspector',
    date: '2026-12-09',
    locale: 'en',
    text: 'We have looked into it.\n\nThe gate is mended.',
  }
  await stage.record(book, 'a reply', stage.api('POST', `/api/actions/${SLUG}/replies`, reply))
  await stage.record(
    book,
    'a reply by nobody',
    stage.api('POST', `/api/actions/${SLUG}/replies`, { ...reply, target: 'nobody' }),
  )
  await stage.record(
    book,
    'a reply without a text',
    stage.api('POST', `/api/actions/${SLUG}/replies`, { ...reply, text: ' ' }),
  )
  await stage.record(
    book,
    'a reply of a day that is none',
    stage.api('POST', `/api/actions/${SLUG}/replies`, { ...reply, date: '9.12.' }),
  )
  await stage.live(HOUR_MS)
  await stage.record(book, 'the reply on the page', { path: `/en/campaigns/${SLUG}` })
  await recordMails(stage, book, 'replied')
  for (const resolution of [
    { batches: [{ id: 1, generation: 1 }], decision: 'send-again' },
    { batches: [], decision: 'send-again' },
    {},
  ])
    await stage.record(
      book,
      'letters nobody is uncertain about',
      stage.api('POST', `/api/actions/${SLUG}/resolve`, resolution),
    )
}

/** Records opting out of copies and of updates by the links in their mails. */
export async function stop(stage: Stage, book: Book): Promise<void> {
  const list = await stage.ask({ path: '/outbox.json?to=copies@example.org' })
  const copies = (JSON.parse(String(list.body)) as Array<{ text: string; to: string }>)[0]
  const news = (
    JSON.parse(String((await stage.ask({ path: '/outbox.json?to=writer.ar@example.org' })).body)) as Array<{
      text: string
      to: string
    }>
  ).at(-1)
  for (const [what, mail] of Object.entries({ copies, news })) {
    if (mail === undefined) throw new Error(`found no mail with a link to opt out of ${what}`)
    const link = linkIn({ ...mail, id: 0, at: 0, subject: '', eml: Buffer.alloc(0) }, '/stop/')
    await stage.record(book, `${what}: the link`, { path: link })
    await fill(stage, book, `${what}: stopped`, { page: link, action: link })
    await stage.record(book, `${what}: one click`, post(link, 'List-Unsubscribe=One-Click'))
  }
  await wishes(stage, book)
  await stage.record(
    book,
    'an update after that',
    stage.api('POST', `/api/actions/${SLUG}/tell`, { about: 'update', updateId: '2026-11-14', onTheList: 'tell' }),
  )
  await stage.live(DAY_MS)
  await recordMails(stage, book, 'after that')
}

/** Records how the reader at a target asks for a digest and for no more letters, and how an organiser undoes it. */
async function wishes(stage: Stage, book: Book): Promise<void> {
  const mails = JSON.parse(String((await stage.ask({ path: `/outbox.json?to=${TARGET}` })).body)) as Array<{
    text: string
    to: string
  }>
  const mail = mails.find(({ text }) => text.includes('/stop/'))
  if (mail === undefined) throw new Error('found no letter with a link for its reader')
  const link = linkIn({ ...mail, id: 0, at: 0, subject: '', eml: Buffer.alloc(0) }, '/stop/')
  await stage.record(book, 'letters: the link', { path: link })
  await stage.record(book, 'letters: without a button', post(link, 'List-Unsubscribe=One-Click'))
  await stage.record(book, 'letters: one mail a day', post(link, 'wish=digest'))
  await stage.record(book, 'letters: no longer in office', post(link, 'wish=left-office'))
  const actions = `/api/actions/${SLUG}`
  await stage.record(book, 'letters: the report', stage.api('GET', actions))
  const { wishes } = JSON.parse(String((await stage.ask(stage.api('GET', actions))).body)) as {
    wishes: Array<{ target: string }>
  }
  const target = wishes[0]?.target
  for (const title of ['opened again', 'opened again, again'])
    await stage.record(book, `letters: ${title}`, stage.api('POST', `${actions}/reopen`, { target }))
}
