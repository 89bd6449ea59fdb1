import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, expect, test } from 'vitest'
import { confirmationQueueOf } from '../../src/objects.ts'
import { TEST_TOKEN } from '../settings.ts'
import { agedStamp, bindings, linkIn, mailsTo, mailTo, Visitor } from '../support/visitor.ts'

afterEach(reset)

const CAMPAIGN = 'river-street-bakery'
const soon = () => new Promise((resolve) => setTimeout(resolve, 1_500))
const myData = async (email: string) => new Visitor().send('/my-data?locale=en', { email, stamp: await agedStamp() })

const message = async (email: string) =>
  new Visitor().send(`/campaigns/${CAMPAIGN}/messages`, {
    ...{ locale: 'en', name: 'Anna', email, text: 'We stand with you, all of us at the quay.' },
    stamp: await agedStamp(),
  })

test('“no more such mails” stops confirmations of every kind to every spelling, and nothing else; GET changes nothing', async () => {
  const email = 'olga+list@example.org'
  const { unsubscribe } = await new Visitor().join(email)
  const link = linkIn(await mailTo(email, 1), 'no-more')
  const page = await (await new Visitor().ask(link)).text()
  expect(page).toContain('No more of these emails?')
  await new Visitor().signUp({ email, topics: 'mining' })
  expect((await mailTo(email, 3)).subject).toBe('Please confirm your address')

  const stopped = await new Visitor().send(link)
  expect([stopped.status, await stopped.text()]).toEqual([
    200,
    expect.stringContaining('You will get no more of these emails'),
  ])
  for (const spelling of [email, 'olga@example.org', 'OLGA+other@example.org'])
    expect((await new Visitor().signUp({ email: spelling })).status).toBe(303)
  expect((await message('olga@example.org')).status).toBe(303)
  await soon()
  expect(await mailsTo(email)).toHaveLength(3)
  expect(await mailsTo('olga@example.org')).toEqual([])
  expect((await new Visitor().send(unsubscribe, { via: 'page' })).status).toBe(200)
  expect((await mailTo(email, 4)).subject).toBe('You have unsubscribed')
})

test('the stop is shown in my data, in the export and to organisers, and is undone there or on its page', async () => {
  const email = 'ivan@example.org'
  await new Visitor().signUp({ email })
  const link = linkIn(await mailTo(email, 1), 'no-more')
  await new Visitor().send(link, { via: 'page' })
  await myData(email) // who is not on the list, and asked for no mails, can still see that
  const links = await mailTo(email, 2)
  const page = await (await new Visitor().ask(linkIn(links, 'preferences'))).text()
  expect(page).toContain('You will get no more of these emails')
  expect(page).not.toContain('You have unsubscribed')
  const exported = await (await new Visitor().send(linkIn(links, 'export'))).json()
  expect(exported).toMatchObject({ suppression: { noConfirmationsUntil: expect.stringMatching(/^20/) } })
  const found = await new Visitor().ask('/api/supporters/look-up', {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'IVAN+1@example.org', reason: 'reply' }),
  })
  expect(await found.text()).toContain('noConfirmationsUntil')

  const action = /action="(\/no-more\/[\w-]+)"/.exec(page)?.[1] ?? ''
  const undone = await new Visitor().send(action, { undo: 'yes' })
  expect(await undone.text()).toContain('These emails are allowed again')
  expect(await (await new Visitor().ask(link)).text()).toContain('No more of these emails?')
  await new Visitor().signUp({ email })
  expect((await mailTo(email, 3)).subject).toBe('Please confirm your address')
})

test.each([
  ['ru', 'Больше не присылать', 'ltr'],
  ['kk', 'Мұндай хат енді жіберілмесін', 'ltr'],
  ['fr', 'Ne plus recevoir ces e-mails', 'ltr'],
  ['es', 'No recibir más correos así', 'ltr'],
  ['ar', 'لا مزيد من هذه الرسائل', 'rtl'],
])('the mail and its page are in %s', async (locale, button, direction) => {
  const email = `reader-${locale}@example.org`
  await new Visitor().signUp({ email, locales: locale }, locale)
  const page = await (await new Visitor().ask(linkIn(await mailTo(email, 1), 'no-more'))).text()
  expect(page).toContain(button)
  expect(page).toContain(`<html lang="${locale}" dir="${direction}">`)
})

test('a link that is cut says so and stops nothing', async () => {
  await new Visitor().signUp({ email: 'cut@example.org' })
  const link = linkIn(await mailTo('cut@example.org', 1), 'no-more').slice(0, -4)
  const page = await new Visitor().ask(link)
  expect(page.status).toBe(404)
  const button = /class="button" href="([^"]*)"/.exec(await page.text())?.[1]
  expect(button).toBe('/my-data?locale=en') // and no invitation to sign up again
  expect((await new Visitor().send(link)).status).toBe(404)
})

test('a seventh sign-up from one network within a minute gets the same answer, and its mail when its turn comes', async () => {
  const visitor = new Visitor()
  for (let n = 0; n < 7; n++) {
    const answer = await visitor.signUp({ email: `hall-${n}@large-hall.example` })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/en/sign-up?sent=1'])
  }
  for (let n = 0; n < 6; n++) await mailTo(`hall-${n}@large-hall.example`, 1)
  await soon()
  const queue = () => confirmationQueueOf(bindings) // a stub is of no use after an abort
  const rows = () =>
    runInDurableObject(queue(), (_, { storage }) => storage.sql.exec('SELECT * FROM queued_confirmation').toArray())
  expect(await rows()).toHaveLength(7)
  expect(JSON.stringify(await rows())).not.toMatch(/hall|example|2001/)
  await runInDurableObject(queue(), (_, { storage }) => {
    storage.sql.exec('UPDATE queued_confirmation SET left_at = left_at - 61000')
  })
  await runInDurableObject(queue(), (_, state) => state.abort('aged')).catch(() => {})
  await runDurableObjectAlarm(queue())
  const late = await Promise.any(
    Array.from({ length: 7 }, (_, n) => n).map((n) => mailTo(`hall-${n}@large-hall.example`, 1)),
  )
  expect(late.subject).toBe('Please confirm your address')
  await mailTo('hall-6@large-hall.example', 1)
})

test('a message for the workers in the name of a target or a reader of copies brings them no mail; the answer is the same', async () => {
  const [target, stranger] = ['director@fennick-vale.invalid', 'stranger@example.org']
  const answers = []
  for (const email of [target, stranger]) {
    const answer = await message(email)
    answers.push([answer.status, answer.headers.get('location'), await answer.text()])
  }
  expect(answers[0]).toEqual(answers[1])
  await mailTo(stranger, 1)
  await soon()
  expect(await mailsTo(target)).toEqual([])
  await new Visitor().signUp({ email: target })
  await mailTo(target, 1)
  await new Visitor().signUp({ email: 'director+2@fennick-vale.invalid' })
  await soon()
  expect(await mailsTo('director+2@fennick-vale.invalid')).toEqual([])
})
