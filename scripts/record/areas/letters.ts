/** Writing, supporting, endorsing, moderating, hearing of it: by the pages in every language, with every mail that belongs to it. */

import { agedStamp, fill, linkIn, mailTo, post, postJson, recordMails } from '../acts.ts'
import type { Book, Shelf } from '../book.ts'
import { textOf } from '../http.ts'
import { showMail } from '../mail.ts'
import { LOCALES, PARTNER, SITE, WITHHELD } from '../settings.ts'
import { showAnswer } from '../show.ts'
import { openStage, type Stage } from '../stage.ts'

const SLUG = 'river-street-bakery'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export async function letters(shelf: Shelf, bundle: string): Promise<void> {
  const stage = await openStage(bundle)
  try {
    for (const locale of LOCALES) await act(stage, shelf.book(`acting-${locale}`), locale)
    const book = shelf.book('acting')
    await refusals(stage, book)
    await report(stage, book)
    await moderate(stage, shelf.book('moderation'))
    await delivered(stage, shelf)
    await told(stage, shelf)
    await stop(stage, shelf.book('stop'))
  } finally {
    await stage.close()
  }
}

const NAMES: Record<string, string> = {
  en: 'Aldous Oakenshaw',
  ru: 'Агафья Калинкова',
  fr: 'Églantine L’Hermineau',
  es: 'Adelaida Piedrahíta',
  kk: 'Гүлсезім Қарағайлы',
  ar: 'أسيل الطواحيني',
}
const SENTENCES: Record<string, string> = {
  en: 'I bake on night shift, and an oven without a guard is no accident.',
  ru: 'Я пеку хлеб по ночам и знаю, чего стоит печь без ограждения.',
  fr: 'Un four sans protection n’est pas une fatalité : « jamais » !',
  es: 'Un horno sin protección no es mala suerte, señora.',
  kk: 'Қорғанышсыз пештің не екенін білемін.',
  ar: 'أخبز ليلًا، وفرن بلا حاجز ليس قضاءً وقدرًا.',
}

/** One person writes a letter, supports the workers and endorses for an organisation. */
async function act(stage: Stage, book: Book, locale: string): Promise<void> {
  const email = `writer.${locale}@example.org`
  const base = `/${locale}/campaigns/${SLUG}`
  const kinds = {
    letter: {
      page: `${base}/write`,
      action: `/campaigns/${SLUG}/letters`,
      answers: {
        email,
        name: NAMES[locale] ?? '',
        sentence: SENTENCES[locale] ?? '',
        place: 'Farhaven',
        country: 'IE',
        consent: ['shown', 'updates'],
      },
    },
    support: {
      page: `${base}/support`,
      action: `/campaigns/${SLUG}/messages`,
      answers: {
        email,
        name: NAMES[locale] ?? '',
        text: `${SENTENCES[locale]}\n\nWe are with you.`,
        place: 'Farhaven',
        shown: 'yes',
      },
    },
    endorsement: {
      page: `${base}/endorse`,
      action: `/campaigns/${SLUG}/endorsements`,
      answers: {
        email: `office.${locale}@example.org`,
        organisation: `Bakers & <Friends> ${locale}`,
        place: 'Farhaven',
        country: 'KZ',
        signer: NAMES[locale] ?? '',
        role: 'secretary',
      },
    },
  }
  for (const [kind, form] of Object.entries(kinds)) {
    await stage.live(HOUR_MS)
    await fill(stage, book, `${kind}: written`, form)
    const mail = mailTo(await recordMails(stage, book, `${kind}: asked to confirm`), form.answers.email)
    const link = linkIn(mail, '/confirm/')
    await stage.record(book, `${kind}: the link`, { path: link })
    await fill(stage, book, `${kind}: confirmed`, { page: link, action: link })
    await stage.record(book, `${kind}: the link, again`, { path: link })
    await stage.record(book, `${kind}: confirmed, again`, post(link, ''))
    if (kind === 'letter') await fill(stage, book, 'a letter, within the hour again', form)
    await stage.record(book, `${kind}: nothing is filled in`, post(form.action, `locale=${locale}`))
  }
}

async function refusals(stage: Stage, book: Book): Promise<void> {
  const stamp = await agedStamp(stage)
  const letter = { email: 'anna@example.org', name: 'Anna', sentence: SENTENCES.en ?? '', locale: 'en', stamp }
  const body = (fields: Record<string, string>) => String(new URLSearchParams(fields))
  for (const path of ['letters', 'messages', 'endorsements', 'reported']) {
    const at = `/campaigns/${SLUG}/${path}`
    await stage.record(book, `${path}: GET`, { path: at, headers: { 'accept-language': 'fr' } })
    await stage.record(book, `${path}: from a partner`, post(at, body(letter), { origin: PARTNER }))
    await stage.record(book, `${path}: without an origin`, post(at, body(letter), { origin: 'null' }))
    await stage.record(book, `${path}: as JSON`, postJson(at, letter))
    await stage.record(book, `${path}: as JSON from our own page`, postJson(at, letter, { origin: SITE }))
    await stage.record(book, `${path}: as text`, post(at, 'x', { 'content-type': 'text/plain' }))
    await stage.record(book, `${path}: too large`, post(at, 'x'.repeat(70_000)))
    await stage.record(
      book,
      `${path}: no such campaign`,
      post(`/campaigns/no-such-campaign/${path}`, body({ ...letter, how: 'paper' })),
    )
    await stage.record(
      book,
      `${path}: a closed campaign`,
      post(`/campaigns/kuzbass-2002/${path}`, body({ ...letter, how: 'paper' })),
    )
  }
  const to = `/campaigns/${SLUG}/letters`
  await stage.record(
    book,
    'a letter, too long',
    post(to, body({ ...letter, sentence: 'x'.repeat(601), name: 'x', place: 'x'.repeat(101) })),
  )
  await stage.record(book, 'a letter, honeypot', post(to, body({ ...letter, website: 'x' })))
  await stage.record(book, 'a letter, forged stamp', post(to, body({ ...letter, stamp: 'x' })))
  await stage.record(book, 'a letter, unknown consent', post(to, body({ ...letter, consent: 'all' })))
  for (const page of ['write', 'support', 'endorse'])
    for (const path of [
      `/de/campaigns/${SLUG}/${page}`,
      `/en/campaigns/no-such-campaign/${page}`,
      `/en/campaigns/zhanaozen-2011/${page}`,
    ])
      await stage.record(book, path, { path })
  await recordMails(stage, book, 'after what was not taken')
}

async function report(stage: Stage, book: Book): Promise<void> {
  for (const how of ['own-mailbox', 'paper', 'pigeon'])
    await stage.record(book, `reported ${how}`, post(`/campaigns/${SLUG}/reported`, `locale=es&how=${how}`))
}

/** By the links in the moderator's mail, and by the API. */
async function moderate(stage: Stage, book: Book): Promise<void> {
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

/** A week later everything has been carried. */
async function delivered(stage: Stage, shelf: Shelf): Promise<void> {
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

async function told(stage: Stage, shelf: Shelf): Promise<void> {
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

/** Ending copies and news by the links of their mails. */
async function stop(stage: Stage, book: Book): Promise<void> {
  const list = await stage.ask({ path: '/outbox.json?to=copies@example.org' })
  const copies = (JSON.parse(String(list.body)) as Array<{ text: string; to: string }>)[0]
  const news = (
    JSON.parse(String((await stage.ask({ path: '/outbox.json?to=writer.ar@example.org' })).body)) as Array<{
      text: string
      to: string
    }>
  ).at(-1)
  for (const [what, mail] of Object.entries({ copies, news })) {
    if (mail === undefined) throw new Error(`there is no mail to stop ${what} by`)
    const link = linkIn({ ...mail, id: 0, at: 0, subject: '', eml: Buffer.alloc(0) }, '/stop/')
    await stage.record(book, `${what}: the link`, { path: link })
    await fill(stage, book, `${what}: stopped`, { page: link, action: link })
    await stage.record(book, `${what}: one click`, post(link, 'List-Unsubscribe=One-Click'))
  }
  await stage.record(
    book,
    'an update after that',
    stage.api('POST', `/api/actions/${SLUG}/tell`, { about: 'update', updateId: '2026-11-14', onTheList: 'tell' }),
  )
  await stage.live(DAY_MS)
  await recordMails(stage, book, 'after that')
}
