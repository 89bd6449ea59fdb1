import { reset } from 'cloudflare:test'
import PostalMime from 'postal-mime'
import { beforeEach, expect, test, vi } from 'vitest'
import { join, Organiser, person } from '../support/organiser.ts'
import { mailsTo, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)

const anna = new Organiser()
const DESK = 'desk.oslo@example.org'

/** Where the answers to a mail go; undefined when to its sender. */
async function answersTo({ id }: { id: number }): Promise<string | undefined> {
  const eml = await (await new Visitor().ask(`/outbox/${id}.eml`)).arrayBuffer()
  return (await PostalMime.parse(eml)).replyTo?.[0]?.address
}
const nth = async (to: string, n: number) => answersTo(await mailTo(to, n))

test('answers to a campaign’s appeal, its test mail and the welcome on its page go to its replyTo; others do not', async () => {
  const own = await anna.publish('cranes', ['en'], [`replyTo: ${DESK}`])
  const plain = await anna.publish('gates')
  const visitor = new Visitor()
  await visitor.join('by-cranes@example.org', { campaign: 'cranes' })
  await visitor.join('by-gates@example.org', { campaign: 'gates' })
  await visitor.join('by-nothing@example.org')
  expect(await nth('by-cranes@example.org', 2)).toBe(DESK)
  expect([await nth('by-gates@example.org', 2), await nth('by-nothing@example.org', 2)]).toEqual([undefined, undefined])

  await join([person(1)])
  for (const { campaign, revision } of [own, plain]) {
    const { id } = await anna.dispatch({ campaign, revision, email: 'appeal' })
    await anna.finished(id)
  }
  expect(await Promise.all((await mailsTo('person1@example.org')).map(answersTo))).toEqual([DESK, undefined])

  const { campaign, revision } = own
  await anna.ask('POST', '/api/dispatches', { campaign, revision, email: 'appeal', testTo: 'me@example.org' })
  expect(await nth('me@example.org', 1)).toBe(DESK)
})
