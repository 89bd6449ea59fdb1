/** Signing up, confirming, one's own data, leaving: by the pages in every language, with every mail that belongs to it. */

import { agedStamp, fill, linkIn, mailTo, post, postJson, recordMails } from '../acts.ts'
import type { Book, Shelf } from '../book.ts'
import { headerOf } from '../http.ts'
import { LOCALES, PARTNER, SITE } from '../settings.ts'
import { openStage, type Stage } from '../stage.ts'

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
  fr: 'Maëlle d’Épinoy & <Séchan>',
  es: 'Núria Peñalabra',
  kk: 'Бердімұрат Қолдауұлы',
  ar: 'ياسمينة القنديلي',
}

/** One person from the form to the end, with every page and mail on the way. */
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
  const change = { page: preferences ?? '', action: '/preferences/' } // the page makes itself tokens anew
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

/** What is not taken, as a form and as JSON. */
async function refusals(stage: Stage, book: Book): Promise<void> {
  const stamp = await agedStamp(stage)
  const tooFast = await agedStamp(stage)
  const form = (title: string, fields: Record<string, string>, headers = {}, locale = 'en') =>
    stage.record(book, title, post(`/${locale}/sign-up`, String(new URLSearchParams(fields)), headers))
  const good = { email: 'anna@example.org', stamp }
  for (const locale of LOCALES)
    await form(
      `nothing is filled in, ${locale}`,
      { email: '', name: 'x'.repeat(101), country: 'ZZ', stamp },
      {},
      locale,
    )
  await form('a wrong address', { email: 'anna at example.org', stamp })
  await form('unknown languages and topics', { ...good, locales: 'xx', topics: 'gardening' })
  await form('an unknown campaign', { ...good, campaign: 'no-such-campaign' })
  await form('no stamp', { email: 'anna@example.org' })
  await form('a forged stamp', { ...good, stamp: `${stamp.slice(0, -4)}AAAA` })
  const fresh = String(stamp)
  await form('the honeypot', { ...good, website: 'https://spam.example', stamp: fresh })
  await form('a name with a line break', { ...good, name: 'Eve\r\nBcc: victim@example.org' })
  await form('from another site', good, { origin: 'https://evil.example' })
  await form('an unknown language of the page', good, {}, 'de')
  await form('as plain text', good, { 'content-type': 'text/plain' })
  await form('without a type', good, { 'content-type': '' })
  await form('too large', { ...good, name: 'x'.repeat(70_000) })
  await stage.record(
    book,
    'a form that is none',
    post('/en/sign-up', '--x\r\nbroken', { 'content-type': 'multipart/form-data' }),
  )
  const json = (title: string, body: unknown, headers = {}) =>
    stage.record(book, title, postJson('/ru/sign-up', body, headers))
  await json('JSON, wrong in everything', {
    email: 'x',
    name: 5,
    locales: 'ru',
    topics: ['gardening'],
    country: 'Kazakhstan',
  })
  await json('JSON, nothing', {})
  await json('JSON, an array', [])
  await json('JSON, a field that is not known', { email: 'anna@example.org', langauges: ['ru'] })
  await stage.record(book, 'JSON, broken', { ...postJson('/ru/sign-up', {}), body: '{"email":' })
  await json('JSON from another site', { email: 'anna@example.org' }, { origin: 'https://evil.example' })
  await json('JSON, too large', { email: 'anna@example.org', name: 'x'.repeat(70_000) })
  await stage.live(25 * HOUR_MS)
  await form('an expired stamp', { ...good, stamp: tooFast })
  await recordMails(stage, book, 'after what was not taken')
  await tooMany(stage, book)
}

/** Twenty forms a minute and client, five of everything else. The limits go by the machine's minutes, so it is asked until refused. */
async function tooMany(stage: Stage, book: Book): Promise<void> {
  const kinds = {
    'forms of our own page': { ...post('/fr/sign-up', 'email='), ip: '192.0.2.1' },
    'plain forms': { ...post('/fr/sign-up', 'email=', { origin: PARTNER }), ip: '192.0.2.2' },
    JSON: { ...postJson('/fr/sign-up', {}), ip: '192.0.2.3' },
    'forms for a link to data': { ...post('/my-data', 'email='), ip: '192.0.2.4' },
    letters: { ...post(`/campaigns/${CAMPAIGN}/letters`, 'locale=es'), ip: '192.0.2.5' },
    reports: { ...post(`/campaigns/${CAMPAIGN}/reported`, 'locale=ar'), ip: '192.0.2.6' },
    'framed forms': { ...post(`/embed/${CAMPAIGN}?lang=ru`, 'email='), ip: '192.0.2.7' },
  }
  for (const [title, asked] of Object.entries(kinds)) {
    for (let n = 0; n < 50 && (await stage.ask(asked)).status !== 429; n++);
    await stage.record(book, `too many ${title}`, asked)
  }
}

/** JSON, a partner's form and script, the frame. */
async function otherWays(stage: Stage, book: Book): Promise<void> {
  const whole = {
    email: 'json@example.org',
    name: 'Anna',
    locales: ['fr', 'en'],
    topics: ['mining'],
    country: 'FR',
    campaign: CAMPAIGN,
  }
  await stage.record(book, 'by JSON', postJson('/en/sign-up', whole))
  await recordMails(stage, book, 'by JSON')
  await stage.record(book, 'by JSON again within the hour', postJson('/en/sign-up', whole))
  await stage.record(
    book,
    'another spelling of the mailbox',
    postJson('/en/sign-up', { ...whole, email: 'JSON+x@example.org' }),
  )
  await recordMails(stage, book, 'within the hour')
  await stage.record(book, 'a partner’s form', post('/ar/sign-up', 'email=partner%40example.org', { origin: PARTNER }))
  await stage.record(
    book,
    'a partner’s script',
    postJson('/en/sign-up', { email: 'script@example.org' }, { origin: PARTNER }),
  )
  const preflight = { method: 'OPTIONS', path: '/en/sign-up' }
  for (const origin of [PARTNER, SITE, 'https://evil.example'])
    await stage.record(book, `a preflight of ${origin}`, { ...preflight, headers: { origin } })
  await stage.record(book, 'no origin', post('/en/sign-up', 'email=unnamed%40example.org', { origin: 'null' }))
  const page = `/embed/${CAMPAIGN}?lang=kk`
  await fill(stage, book, 'in a frame', { page, action: page, answers: { email: 'framed@example.org' } })
  await fill(stage, book, 'in a frame, wrongly', { page, action: page, answers: { email: 'framed' } })
  for (const origin of [PARTNER, 'https://evil.example'])
    await stage.record(book, `to the frame from ${origin}`, post(page, 'email=x', { origin }))
  await stage.record(book, 'JSON to the frame', postJson(page, {}))
  await stage.record(book, 'to the frame of no campaign', post('/embed/no-such-campaign', 'email=x'))
  for (const headers of [{ origin: PARTNER }, { origin: 'https://evil.example' }])
    await stage.record(book, `my data from ${headers.origin}`, post('/my-data', 'email=x', headers))
  await stage.record(book, 'my data by JSON', postJson('/my-data?locale=es', { email: 'json@example.org' }))
  await stage.record(book, 'my data by JSON, wrongly', postJson('/my-data', { email: 'json' }))
  await stage.record(book, 'my data, without a stamp', post('/my-data?locale=es', 'email=json%40example.org'))
  await stage.record(book, 'my data, as text', post('/my-data', 'x', { 'content-type': 'text/plain' }))
  await recordMails(stage, book, 'other ways')
}

/** Links that are cut, of another kind, or too old. */
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
  await stage.live(8 * DAY_MS)
  await stage.record(book, 'a confirmation that is too old', { path: link })
  await stage.record(book, 'a confirmation that is too old, pressed', post(link, ''))
  await recordMails(stage, book, 'links')
  const signedUp = await stage.ask(postJson('/en/sign-up', { email: 'one.click@example.org' }))
  if (headerOf(signedUp, 'content-type') === undefined) throw new Error('a sign-up by JSON was not answered by JSON')
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
