import { abortAllDurableObjects, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { settingsOf } from '../../src/env.ts'
import { MailboxQueue } from '../../src/mailbox/mailbox-queue.ts'
import { dispatchOf, dispatchRegistryOf } from '../../src/objects.ts'
import { dispatchStub, join, Organiser, outboxMails, people, sleep } from '../support/organiser.ts'
import { addressOf } from '../support/supporter-world.ts'
import { bindings } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const anna = new Organiser()
const TEAM = ['desk@example.org', 'ben@example.org']
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString()

/** The subjects of the mails to each organiser, once so many have come to all of them. */
async function organiserMails(addresses: string[], mails: number): Promise<string[][]> {
  for (let tries = 0; ; tries++) {
    const all = await outboxMails()
    const subjects = addresses.map((one) => all.filter(({ to }) => to === one).map(({ subject }) => subject))
    if (subjects.every((some) => some.length >= mails)) {
      await sleep(300) // a second mail too many would come now
      const later = await outboxMails()
      return addresses.map((one) => later.filter(({ to }) => to === one).map(({ subject }) => subject))
    }
    if (tries > 400) throw new Error(`mails so far: ${JSON.stringify(subjects)}`)
    await sleep(25)
  }
}

/** What is stored of `notify` in the dispatch and in the registry. */
const storedNotify = async (id: string): Promise<unknown[]> => [
  await runInDurableObject(dispatchOf(bindings, id), (_, { storage }) =>
    Reflect.get(Object(storage.kv.get('request')), 'notify'),
  ),
  await runInDurableObject(dispatchRegistryOf(bindings), (_, { storage }) =>
    [...storage.sql.exec("SELECT request_json ->> 'notify' AS notify FROM dispatch")].map(({ notify }) => notify),
  ),
]

test('a scheduled dispatch tells its organisers that it began, with the command that stops it, and that it has finished', async () => {
  const { campaign, revision } = await anna.publish('told')
  await join(people(0, 3))
  const { id } = await anna.dispatch({ campaign, revision, email: 'appeal', sendAt: inSeconds(1), notify: TEAM })
  const [own, registry] = await storedNotify(id)
  expect(String(own)).toMatch(/^[\w-]{60,}$/)
  expect(registry).toEqual([own])
  await anna.finished(id)
  const subjects = ['The appeal of told has begun', 'The appeal of told has finished']
  expect(await organiserMails(TEAM, 2)).toEqual([subjects, subjects])
  const [began, finished] = (await outboxMails()).filter(({ to }) => to === TEAM[0])
  expect(began?.text).toContain(`npm run tocsin -- cancel ${id}`)
  expect(finished?.text).toMatch(/3 people planned: 3 accepted\. It took \d+ s\./)
  expect(began?.headers).toMatchObject({ 'Auto-Submitted': 'auto-generated' })
  expect(Object.keys(began?.headers ?? {}).filter((name) => /^(list-|precedence|feedback)/i.test(name))).toEqual([])
  expect(await storedNotify(id)).toEqual([undefined, [null]])
})

test('the addresses of NOTIFY get the mails of every dispatch, and an address that is named twice gets each once', async () => {
  const { campaign, revision } = await anna.publish('always')
  await join(people(0, 2))
  const request = { campaign, revision, email: 'appeal', sendAt: inSeconds(2) }
  const { id } = await anna.dispatch({ ...request, notify: ['desk@example.org'] })
  const setNotify = (addresses: string[]) =>
    runInDurableObject(dispatchStub(id), async (dispatch) => {
      const { settings } = await settingsOf(Reflect.get(dispatch, 'env'))
      if (settings === undefined) throw new Error('expected settings')
      settings.notify = addresses.map(addressOf)
    })
  await setNotify(['desk@example.org', 'always@example.org'])
  try {
    await anna.finished(id)
    const subjects = ['The appeal of always has begun', 'The appeal of always has finished']
    expect(await organiserMails(['desk@example.org', 'always@example.org'], 2)).toEqual([subjects, subjects])
  } finally {
    await setNotify([])
  }
})

test('a pause by itself is told once, whatever dies, and a pause that an organiser asked for is not', async () => {
  const { campaign, revision } = await anna.publish('held')
  await join(people(0, 5))
  const { id } = await anna.dispatch({
    campaign,
    revision,
    email: 'appeal',
    holdAfter: 2,
    notify: ['desk@example.org'],
  })
  await anna.until(id, ({ state }) => state === 'paused')
  for (let n = 0; n < 3; n++) {
    await abortAllDurableObjects()
    await dispatchStub(id).hasBegun()
    await runDurableObjectAlarm(dispatchStub(id))
  }
  expect(await organiserMails(['desk@example.org'], 1)).toEqual([['The appeal of held paused by itself']])
  const [mail] = (await outboxMails()).filter(({ to }) => to === 'desk@example.org')
  expect(mail?.text).toMatch(/first\s+people[\s\S]*handed\s+over/)
  expect(mail?.text).toContain(`npm run tocsin -- resume ${id}`)
  await anna.act(id, 'resume')
  await anna.finished(id)
  expect((await organiserMails(['desk@example.org'], 2))[0]).toHaveLength(2)

  const other = await anna.publish('asked')
  const asked = await anna.dispatch({
    ...other,
    paused: undefined,
    email: 'appeal',
    sendAt: inSeconds(60),
    notify: TEAM,
  })
  await anna.act(asked.id, 'pause')
  await anna.act(asked.id, 'cancel')
  await sleep(300)
  expect((await outboxMails()).filter(({ text }) => text.includes(asked.id))).toEqual([])
  expect((await storedNotify(asked.id))[0]).toBeUndefined()
})

test.each(['before', 'after'])(
  'a mailbox queue that fails %s it took the mail neither stops the dispatch nor gets it twice',
  async (when) => {
    const enqueue = MailboxQueue.prototype.enqueue
    let failures = 0
    const spy = vi.spyOn(MailboxQueue.prototype, 'enqueue').mockImplementation(async function (
      this: MailboxQueue,
      ...mail
    ) {
      const taken = when === 'after' ? await enqueue.apply(this, mail) : undefined
      failures++
      throw new Error(`cut ${taken ?? 'before'}`)
    })
    const { campaign, revision } = await anna.publish(`cut-${when}`)
    await join(people(0, 3))
    const { id } = await anna.dispatch({ campaign, revision, email: 'appeal', notify: TEAM })
    await anna.finished(id)
    await vi.waitFor(() => expect(failures).toBeGreaterThanOrEqual(2), 10_000)
    await vi.waitFor(async () => expect((await storedNotify(id))[0]).toBeDefined())
    spy.mockRestore()
    await vi.waitFor(async () => {
      await runDurableObjectAlarm(dispatchStub(id))
      expect((await storedNotify(id))[0]).toBeUndefined()
    }, 10_000)
    const subject = `The appeal of cut-${when} has finished`
    expect(await organiserMails(TEAM, 1)).toEqual([[subject], [subject]])
  },
)

test('addresses that are none, or too many, are refused with their place and without a quotation', async () => {
  const { campaign, revision } = await anna.publish('refused')
  const request = { campaign, revision, email: 'appeal' }
  for (const [notify, path] of [
    [['desk@example.org', 'vera at example.org'], 'notify.1'],
    [['vera@'], 'notify.0'],
    [['vera@exa mple.org'], 'notify.0'],
    [Array.from({ length: 6 }, (_, i) => `vera${i}@example.org`), 'notify'],
  ] as const) {
    const problem = await anna.refused({ ...request, notify }, 422)
    expect(problem.errors?.map((one) => one.path)).toEqual([path])
    expect(JSON.stringify(problem)).not.toContain('vera')
  }
})
