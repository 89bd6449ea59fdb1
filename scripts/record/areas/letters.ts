/** Records letters, submissions, moderation and writer updates: pages and mails in every language. */

import { agedStamp, fill, linkIn, mailTo, post, postJson, recordMails } from '../acts.ts'
import type { Book, Shelf } from '../book.ts'
import { LOCALES, PARTNER, SITE } from '../settings.ts'
import { openStage, type Stage } from '../stage.ts'
import { delivered, recordUpdates, stop } from './carried.ts'
import { moderate } from './moderation.ts'

const SLUG = 'river-street-bakery'
const HOUR_MS = 3_600_000

export async function letters(shelf: Shelf, bundle: string): Promise<void> {
  const stage = await openStage(bundle)
  try {
    for (const locale of LOCALES) await act(stage, shelf.book(`acting-${locale}`), locale)
    const book = shelf.book('acting')
    await refusals(stage, book)
    await report(stage, book)
    await moderate(stage, shelf.book('moderation'))
    await delivered(stage, shelf)
    await recordUpdates(stage, shelf)
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

/** Records one person who writes a letter, a message to the workers and an endorsement. */
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
        organisation: `Bakers & “Friends” ${locale}`,
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
