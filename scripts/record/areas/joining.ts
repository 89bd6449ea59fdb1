/** Records sign-up, confirmation, own data and unsubscribing: pages and mails in every language. */

import { fill, linkIn, mailTo, post, postJson, recordMails } from '../acts.ts'
import type { Book, Shelf } from '../book.ts'
import { headerOf } from '../http.ts'
import { LOCALES } from '../settings.ts'
import { openStage, type Stage } from '../stage.ts'
import { otherWays, refusals } from './sign-up.ts'

const CAMPAIGN = 'river-street-bakery'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export async function joining(shelf: Shelf, bundle: string): Promise<void> {
  const stage = await openStage(bundle)
  try {
    for (const locale of LOCALES) await joinAndLeave(stage, shelf, locale)
    await refusals(stage, shelf.book('sign-up'))
    await otherWays(stage, shelf.book('sign-up'))
    await links(stage, shelf.book('links'))
  } finally {
    await stage.close()
  }
}

const nameOf: Record<string, string> = {
  en: 'Siobhán O’Harrowby',
  ru: 'Зоя Берестовская-Луговая',
  fr: 'Maëlle d’Épinoy & “Séchan”',
  es: 'Núria Peñalabra',
  kk: 'Бердімұрат Қолдауұлы',
  ar: 'ياسمينة القنديلي',
}

/** Records one person from sign-up to erasure, with every page and mail. */
async function joinAndLeave(stage: Stage, shelf: Shelf, locale: string): Promise<void> {
  const book = shelf.book(`joining-${locale}`)
  const email = `reader.${locale}@example.org`
  const path = `/${locale}/sign-up`
  await fill(stage, book, 'signs up', {
    page: path,
    action: path,
    answers: { email, name: nameOf[locale] ?? '', locales: [locale], topics: ['mining', 'media'], country: 'KZ' },
  })
  const confirm = linkIn(mailTo(await recordMails(stage, book, 'asked to confirm'), email), '/confirm/')
  await stage.record(book, 'the link', { path: confirm, headers: { 'accept-language': 'en' } })
  await fill(stage, book, 'confirms', { page: confirm, action: confirm })
  const welcome = mailTo(await recordMails(stage, book, 'welcomed'), email)
  await stage.record(book, 'confirms again', post(confirm, ''))
  await recordMails(stage, book, 'confirmed again')

  await stage.live(HOUR_MS)
  await fill(stage, book, 'asks for their data', {
    page: `/my-data?locale=${locale}`,
    action: `/my-data?locale=${locale}`,
    answers: { email },
  })
  const access = mailTo(await recordMails(stage, book, 'the link to their data'), email)
  const [preferences, exported, erase] = ['/preferences/', '/export/', '/erase/'].map((begins) =>
    linkIn(access, begins),
  )
  for (const link of [preferences, exported, erase])
    if (link !== undefined) await stage.record(book, 'opens a link to their data', { path: link })
  const change = { page: preferences ?? '', action: '/preferences/' } // the page issues new tokens
  await fill(stage, book, 'changes their preferences', {
    ...change,
    answers: {
      locales: [locale, locale === 'ru' ? 'kk' : 'ru'],
      topics: ['metal'],
      country: 'CH',
      until: '2027-03-01',
    },
  })
  await fill(stage, book, 'ends the pause', { ...change, answers: { until: '' } })
  const badly = { locales: 'xx', topics: 'gardening', country: 'ZZ', until: '2020-01-01' }
  await stage.record(book, 'changes them wrongly', post(preferences ?? '', String(new URLSearchParams(badly))))
  await stage.record(book, 'takes their data out', post(exported ?? '', ''))

  const optOut = linkIn(welcome, '/unsubscribe/')
  await stage.record(book, 'opens the link to leave', { path: optOut })
  await fill(stage, book, 'leaves', { page: optOut, action: optOut })
  await recordMails(stage, book, 'said goodbye to')
  await stage.record(book, 'leaves again by one click', post(optOut, 'List-Unsubscribe=One-Click'))
  await stage.record(book, 'opens their preferences, having left', { path: preferences ?? '' })
  await stage.record(book, 'saves preferences, having left', post(preferences ?? '', `locales=${locale}`))
  await stage.record(book, 'takes their data out, having left', post(exported ?? '', ''))
  await stage.record(book, 'confirms, having left', post(confirm, ''))
  await stage.record(book, 'has all of it erased', post(erase ?? '', ''))
  await stage.record(book, 'opens their preferences, erased', { path: preferences ?? '' })
  await stage.record(book, 'takes their data out, erased', post(exported ?? '', ''))
  await stage.live(2 * HOUR_MS)
  await stage.record(book, 'opens their preferences too late', { path: preferences ?? '' })
  await stage.record(book, 'erases too late', post(erase ?? '', ''))
  await recordMails(stage, book, 'in the end')
}

/** Records links with a truncated token, a token of another purpose, or an expired one. */
async function links(stage: Stage, book: Book): Promise<void> {
  await stage.ask(postJson('/en/sign-up', { email: 'late@example.org', locales: ['ru'], campaign: CAMPAIGN }))
  const link = linkIn(mailTo(await stage.mails(), 'late@example.org'), '/confirm/')
  const token = link.slice('/confirm/'.length)
  const kinds = ['confirm', 'unsubscribe', 'stop', 'preferences', 'erase', 'export', 'moderate']
  for (const kind of kinds) {
    for (const [what, value] of Object.entries({
      nonsense: 'nonsense',
      'cut off': token.slice(0, -3),
      'of another kind': token,
    })) {
      if (kind === 'confirm' && what === 'of another kind') continue
      await stage.record(book, `${kind}, ${what}`, { path: `/${kind}/${value}`, headers: { 'accept-language': 'fr' } })
      await stage.record(book, `${kind}, ${what}, pressed`, post(`/${kind}/${value}`, 'via=page'))
    }
  }
  for (const kind of ['unsubscribe', 'stop'])
    await stage.record(
      book,
      `${kind}, one click with nonsense`,
      post(`/${kind}/nonsense`, 'List-Unsubscribe=One-Click'),
    )
  const angry = await stage.ask(postJson('/en/sign-up', { email: 'angry@example.org', locales: ['es'] }))
  if (angry.status !== 202) throw new Error(`a sign-up was answered ${angry.status}, expected 202`)
  const theirs = linkIn(mailTo(await stage.mails(), 'angry@example.org'), '/confirm/')
  await stage.ask(stage.api('POST', '/api/supporters/suppress', { email: 'angry@example.org', reason: 'complaint' }))
  await stage.record(book, 'a confirmation of somebody who has complained', { path: theirs })
  await stage.record(book, 'a confirmation of somebody who has complained, pressed', post(theirs, ''))
  await stage.live(8 * DAY_MS)
  await stage.record(book, 'a confirmation that is too old', { path: link })
  await stage.record(book, 'a confirmation that is too old, pressed', post(link, ''))
  await recordMails(stage, book, 'links')
  const signedUp = await stage.ask(postJson('/en/sign-up', { email: 'one.click@example.org' }))
  if (headerOf(signedUp, 'content-type') === undefined)
    throw new Error('the answer to a sign-up by JSON has no Content-Type')
  const confirm = linkIn(mailTo(await stage.mails(), 'one.click@example.org'), '/confirm/')
  await stage.ask(post(confirm, ''))
  const optOut = linkIn(mailTo(await stage.mails(), 'one.click@example.org'), '/unsubscribe/')
  await stage.record(book, 'one click', post(optOut, 'List-Unsubscribe=One-Click', { origin: 'https://mail.example' }))
  await stage.record(book, 'one click as a multipart form', {
    method: 'POST',
    path: optOut,
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
  })
  await recordMails(stage, book, 'one click')
}
