import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { suppressionOf } from '../../src/objects.ts'
import { Organiser, received } from '../support/organiser.ts'
import { addressOf, testSettings } from '../support/supporter-world.ts'
import { bindings, mailsTo, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const settings = await testSettings()
const keyOf = (email: string) => settings.fingerprint(addressOf(email))

/** KV refuses all operations on the supporter list from now on, or all writes, as above a daily limit. Returns how to end it. */
function refuse(what: 'everything' | 'writes'): () => void {
  const kv = Object.getPrototypeOf(bindings.SUPPORTERS)
  const verbs =
    what === 'writes' ? (['put', 'delete'] as const) : (['put', 'delete', 'get', 'getWithMetadata'] as const)
  const spies = verbs.map((verb) => {
    const original = kv[verb]
    return vi.spyOn(kv, verb).mockImplementation(function (this: KVNamespace, key: unknown, ...rest: unknown[]) {
      if (/^(?:supporter|proof)\//.test(String(key))) throw new Error(`KV ${verb} failed: 429 Too Many Requests`)
      return original.call(this, key, ...rest)
    })
  })
  return () => {
    for (const spy of spies) spy.mockRestore()
  }
}

/** Waits until these are the keys of the supporter list. */
const keysAre = (names: string[]): Promise<void> =>
  vi.waitFor(
    async () => expect((await bindings.SUPPORTERS.list()).keys.map(({ name }) => name)).toEqual(names.toSorted()),
    { timeout: 20_000, interval: 50 },
  )

/** Waits until the list has records of these people only. */
const listed = async (...emails: string[]): Promise<void> =>
  keysAre(await Promise.all(emails.map(async (email) => `supporter/${await keyOf(email)}`)))

test.each(['everything', 'writes'] as const)(
  'a sign-up succeeds while KV refuses %s, and an appeal reaches the person',
  async (what) => {
    const end = refuse(what)
    await new Visitor().join('fresh@example.org', {}, 'en') // confirms and gets the welcome mail
    await new Visitor().join('second@example.org', {}, 'en')
    expect((await bindings.SUPPORTERS.list()).keys).toEqual([])

    const anna = new Organiser()
    const { campaign, revision } = await anna.publish('meanwhile')
    const { id } = await anna.dispatch({ campaign, revision, email: 'appeal' })
    expect((await anna.finished(id)).counts).toMatchObject({ planned: 2, accepted: 2 })
    const appeals = (await received())['fresh@example.org']?.filter((subject) => subject.startsWith('Open the gate'))
    expect(appeals).toHaveLength(1)

    end()
    await listed('fresh@example.org', 'second@example.org')
  },
)

test.each(['everything', 'writes'] as const)(
  'unsubscribing is answered with 200 while KV refuses %s, and completed by itself',
  async (what) => {
    const oneClick = await new Visitor().join('one-click@example.org')
    const byPage = await new Visitor().join('by-page@example.org')
    await listed('one-click@example.org', 'by-page@example.org')
    const end = refuse(what)
    const answers = [
      await new Visitor().ask(oneClick.unsubscribe, { method: 'POST', body: '' }),
      await new Visitor().send(byPage.unsubscribe, { via: 'page' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200])

    end()
    const proofs = [await keyOf('one-click@example.org'), await keyOf('by-page@example.org')]
    await keysAre(proofs.map((key) => `proof/${key}`))
    await mailTo('by-page@example.org', 3) // confirmation, welcome, goodbye
    expect(await mailsTo('one-click@example.org')).toHaveLength(2)
  },
)

test.each([
  ['application/x-www-form-urlencoded', 'List-Unsub'],
  ['multipart/form-data; boundary=x', '--x\r\ncontent-disp'],
  ['application/json', '{"List'],
  ['text/plain', 'anything'],
])('an unsubscribe whose body breaks off acts all the same (%s)', async (type, beginning) => {
  const { unsubscribe } = await new Visitor().join('cut@example.org')
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(beginning)),
    pull: (controller) => controller.error(new Error('Network connection lost.')),
  })
  const answer = await new Visitor().ask(unsubscribe, { method: 'POST', body, headers: { 'content-type': type } })
  expect(answer.status).toBe(200)
  await keysAre([`proof/${await keyOf('cut@example.org')}`])
})

test('a complaint is stored at once while an earlier removal waits for a slow KV', async () => {
  let end: () => void = () => undefined
  const slow = new Promise<void>((resolve) => {
    end = resolve
  })
  const remove = vi.spyOn(Object.getPrototypeOf(bindings.SUPPORTERS), 'delete').mockReturnValue(slow)
  const suppression = suppressionOf(bindings)
  await suppression.suppress('a'.repeat(32), 'unsubscribed', Date.now())
  await vi.waitFor(() => expect(remove).toHaveBeenCalled(), { timeout: 10_000 })
  await suppression.suppress('b'.repeat(32), 'complained', Date.now()) // hangs if the alarm keeps calls out
  expect((await suppression.status('b'.repeat(32))).reason).toBe('complained')
  end()
})
