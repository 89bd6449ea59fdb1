import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import { sampleValues } from '../../../src/emails/preview.ts'
import { merge } from '../../../src/emails/template/merge.ts'
import { publicationOf, rendererOf } from '../../../src/objects.ts'
import type { Renderer } from '../../../src/renderer/renderer.ts'
import { ferry, LOCALES, sender } from '../../support/campaign.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)

const DAY = 86_400_000
const NAME = 'Vera Kowalczyk'
const named = { ...ferry, words: { ...ferry.words, en: { ...ferry.words.en, title: `Free ${NAME}` } } } as typeof ferry
const appeal = (campaign: typeof ferry, locale = 'en') => ({ email: 'appeal', locale, campaign, sender }) as const
const mail = (locale = 'en') => rendererOf(bindings, 'mail', locale)

/** Everything that a renderer stores, as text. */
const storedIn = (stub: DurableObjectStub<Renderer>) =>
  runInDurableObject(stub, (_, { storage }) =>
    storage.sql
      .exec<{ bytes: ArrayBuffer }>('SELECT bytes FROM rendered')
      .toArray()
      .map(({ bytes }) => new TextDecoder().decode(bytes)),
  )

test('compiles an appeal in every language, each once, and stores nothing in KV', async () => {
  for (const locale of LOCALES) {
    const made = await mail(locale).template(appeal(ferry, locale))
    expect(await mail(locale).template(appeal(ferry, locale))).toEqual(made)
    if (!made.ok) throw new Error(made.error)
    expect(await storedIn(mail(locale))).toEqual([JSON.stringify(made.value)])
    const { html, text } = merge(made.value.template, sampleValues('appeal', locale, sender))
    expect(html).toMatch(/^<!doctype html>[\s\S]*<\/html>$/)
    expect(text).toContain('https://act.example.org/unsubscribe/sample')
  }
  expect((await bindings.CONTENT.list({ prefix: 'template/' })).keys).toEqual([])
})

test('another e-mail, revision or sender is another template, and what cannot be compiled is a reason', async () => {
  await mail().template(appeal(ferry))
  await mail().template(appeal({ ...ferry, revision: 'ba9876543210' }))
  await mail().template({ ...appeal(ferry), sender: { ...sender, postalAddress: 'Moved' } })
  await mail().template({ email: 'goodbye', locale: 'en', sender })
  expect(await storedIn(mail())).toHaveLength(4)
  const refused = await mail().template({ ...appeal(ferry), email: 'update', updateId: 'nope' })
  expect(refused).toEqual({ ok: false, error: 'campaign ferry has no update "nope" in en; it has gate' })
})

test('compiles again when a stored template is damaged', async () => {
  const made = await mail().template(appeal(ferry))
  await runInDurableObject(mail(), (_, { storage }) => {
    storage.sql.exec('UPDATE rendered SET bytes = ?', new TextEncoder().encode('{"html":["half"]}'))
  })
  expect(await mail().template(appeal(ferry))).toEqual(made)
})

test('a publication deletes what is made of earlier revisions, in every language, PDFs and pictures included', async () => {
  await publicationOf(bindings).publish(named)
  await mail().template(appeal(named))
  await mail('ru').template(appeal(named, 'ru'))
  const print = rendererOf(bindings, 'print', 'en')
  const text = { title: NAME, status: 'Open', live: true, where: [], sender: 'Desk', fromRight: false }
  await print.picture({ slug: named.slug, revision: named.revision }, text)
  expect((await storedIn(mail())).join()).toContain(NAME)

  const revised = { ...ferry, revision: 'abcdefabcdef' }
  await mail().template(appeal(revised)) // as the check before the publication does
  await publicationOf(bindings).publish(revised)
  const left = [...(await storedIn(mail())), ...(await storedIn(mail('ru'))), ...(await storedIn(print))]
  expect(left).toHaveLength(1)
  expect(left.join()).not.toContain(NAME)
})

test('a mail made of a stale copy after the publication leaves within the hour', async () => {
  await publicationOf(bindings).publish(named)
  await mail().template(appeal(named))
  const revised = { ...ferry, revision: 'abcdefabcdef' }
  await mail().template(appeal(revised))
  await publicationOf(bindings).publish(revised)
  await mail().template(appeal(named))
  const alarm = await runInDurableObject(mail(), (_, { storage }) => storage.getAlarm())
  expect(alarm).toBeLessThanOrEqual(Date.now() + 3_600_000)
  await runDurableObjectAlarm(mail())
  expect(await storedIn(mail())).toHaveLength(1)
  expect((await storedIn(mail())).join()).not.toContain(NAME)
})

test('a result is kept for 30 days after its last use', async () => {
  await mail().template({ email: 'goodbye', locale: 'en', sender })
  await mail().template({ email: 'welcome', locale: 'en', sender })
  const start = Date.now()
  const clock = vi.spyOn(Date, 'now')
  await runInDurableObject(mail(), async (renderer: Renderer) => {
    clock.mockReturnValue(start + 20 * DAY)
    await renderer.template({ email: 'welcome', locale: 'en', sender })
    clock.mockReturnValue(start + 31 * DAY)
    await renderer.alarm()
  })
  clock.mockRestore()
  expect(await storedIn(mail())).toHaveLength(1)
  expect((await storedIn(mail())).join()).toContain('"email":"welcome"')
})

test('signatures are made and never stored', async () => {
  const print = rendererOf(bindings, 'print', 'en')
  const list = { title: 'T', lead: 'L', rows: [{ name: NAME, place: 'Harbour' }], unreadable: 2, day: '2026-11-30' }
  expect(new TextDecoder().decode((await print.signaturesPdf(list, 'a4', 'en')) ?? new Uint8Array())).toMatch(/^%PDF/)
  expect(await print.signaturesPage(list, 'en')).toContain(NAME)
  expect(await storedIn(print)).toEqual([])
})

test('templates that an earlier version left in KV are deleted, eight in a run', async () => {
  for (let i = 0; i < 10; i++) await bindings.CONTENT.put(`template/${i}`, 'old')
  await bindings.CONTENT.put('numbers/ferry', '{}')
  await mail().template({ email: 'goodbye', locale: 'en', sender })
  const left = async () => (await bindings.CONTENT.list()).keys.map(({ name }) => name)
  await runDurableObjectAlarm(mail())
  expect(await left()).toHaveLength(3)
  await runDurableObjectAlarm(mail())
  expect(await left()).toEqual(['numbers/ferry'])
})
