import { expect, test } from 'vitest'
import { translator } from '../../src/kit/page-texts.ts'
import { suppressionOf } from '../../src/objects.ts'
import { paths } from '../../src/paths.ts'
import { optOutToken } from '../../src/security/opt-out.ts'
import { recordOf } from '../support/records.ts'
import { addressOf, testSettings } from '../support/supporter-world.ts'
import { bindings, linkIn, mailTo, Visitor } from '../support/visitor.ts'

const settings = await testSettings()
const reasonFor = async (email: string) =>
  (await suppressionOf(bindings).status(await settings.fingerprint(addressOf(email)))).reason

/** Signs up, confirms, and leaves by the page. Returns the goodbye's link back. */
async function leave(visitor: Visitor, email: string, form = {}, locale = 'en') {
  const { unsubscribe } = await visitor.join(email, form, locale)
  await visitor.send(unsubscribe, { via: 'page' })
  return { unsubscribe, back: linkIn(await mailTo(email, 3), 'confirm') }
}

test.each(['fr', 'ar'])(
  'whoever left by mistake comes back by one press in the goodbye (%s), as they were',
  async (locale) => {
    const email = `mistaken-${locale}@example.org`
    const visitor = new Visitor()
    const form = { name: 'Anna', locales: [locale, 'ru'], topics: ['mining', 'media'], country: 'KZ' }
    const { back } = await leave(visitor, email, form, locale)

    const shown = await new Visitor().ask(back) // a mail scanner
    expect([shown.status, (await shown.text()).match(/<button type="submit">/g)?.length]).toEqual([200, 1])
    expect([await recordOf(email), await reasonFor(email)]).toEqual([null, 'unsubscribed'])

    expect((await visitor.send(back)).status).toBe(200)
    const { name, locales, topics, country } = form
    expect(await recordOf(email)).toMatchObject({ email, name, locales, topics, country, consent: { via: 'goodbye' } })
    expect(await reasonFor(email)).toBeUndefined()
  },
)

test('the pages of the link back speak the language of the goodbye, and the consent has the time of the press', async () => {
  const email = 'other-language@example.org'
  const visitor = new Visitor()
  await visitor.join(email, { locales: ['ru', 'fr'], topics: ['mining'] })
  const fingerprint = await settings.fingerprint(addressOf(email))
  const leave = await optOutToken(settings.keys, { fingerprint, locale: 'es' }, Date.now())
  await visitor.send(paths.unsubscribe(leave), { via: 'page' })
  const back = linkIn(await mailTo(email, 3), 'confirm')

  const t = translator('es')
  const asked = await (await new Visitor().ask(back)).text()
  expect(asked).toContain(`<h1>${t('confirm.back.title')}</h1>`)
  expect(asked).not.toContain(t('confirm.title'))
  const from = Date.now()
  expect(await (await visitor.send(back)).text()).toContain(t('confirmed.title'))
  const record = await recordOf(email)
  expect(record).toMatchObject({ locales: ['ru', 'fr'], topics: ['mining'], consent: { via: 'goodbye' } })
  expect(record?.consent.at).toBeGreaterThanOrEqual(from)
  expect(record?.consent.at).toBeLessThanOrEqual(Date.now())
})

test('a form that was sent between the goodbye and the press back still brings its own choices', async () => {
  const email = 'form-and-link@example.org'
  const visitor = new Visitor()
  const { back } = await leave(visitor, email, { topics: ['mining'] })
  await new Promise((resolve) => setTimeout(resolve, 5_000))
  await visitor.signUp({ email, topics: ['media'] })
  const form = linkIn(await mailTo(email, 4), 'confirm')
  await visitor.send(back)
  await visitor.send(form)
  await visitor.send(form)
  expect(await recordOf(email)).toMatchObject({ topics: ['media'] })
  await visitor.send(back) // an older link changes nothing
  expect(await recordOf(email)).toMatchObject({ topics: ['media'] })
})

test('a second tap on the button that leaves does not break the link back', async () => {
  const email = 'tapped-twice@example.org'
  const visitor = new Visitor()
  const { unsubscribe } = await visitor.join(email)
  await visitor.send(unsubscribe, { via: 'page' })
  await visitor.send(unsubscribe, { via: 'page' })
  expect((await visitor.send(linkIn(await mailTo(email, 3), 'confirm'))).status).toBe(200)
  expect(await reasonFor(email)).toBeUndefined()
})

test.each(['unsubscribed', 'erased', 'complained'] as const)(
  'the link back does not bring back whoever has %s since',
  async (reason) => {
    const email = `since-${reason}@example.org`
    const visitor = new Visitor()
    const { back } = await leave(visitor, email)
    const later = reason === 'erased' ? 0 : 10_000 // an erasure counts at once
    await suppressionOf(bindings).suppress(await settings.fingerprint(addressOf(email)), reason, Date.now() + later)
    expect((await visitor.send(back)).status).toBe(reason === 'complained' ? 403 : 410)
    expect([await recordOf(email), await reasonFor(email)]).toEqual([null, reason])
  },
)

test.each([
  ['the page', 3, { via: 'page' }],
  ['one click', 2, {}],
] as const)(
  'whoever left by %s gets a confirmation by the form at once, also after many before',
  async (_, mails, how) => {
    const email = `again-${mails}@example.org`
    const visitor = new Visitor()
    const { unsubscribe } = await visitor.join(email)
    for (const country of ['KZ', 'FR', 'EG', 'ES']) await visitor.signUp({ email, country }) // all that go at once
    await mailTo(email, 6)
    await visitor.send(unsubscribe, how)
    const before = 6 + mails - 2
    if (mails === 3) await mailTo(email, before)
    else await new Promise((resolve) => setTimeout(resolve, 1_500))
    await visitor.signUp({ email })
    expect((await visitor.send(linkIn(await mailTo(email, before + 1), 'confirm'))).status).toBe(200)
    expect(await recordOf(email)).not.toBeNull()
  },
)
