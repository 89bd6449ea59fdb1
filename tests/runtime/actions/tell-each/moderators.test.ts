import { runInDurableObject } from 'cloudflare:test'
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { notifyModerators } from '../../../../src/actions/moderation/moderators.ts'
import type { ObjectContext } from '../../../../src/actions/object-context.ts'
import { SkippedMails } from '../../../../src/actions/tell-each/skipped-mails.ts'
import type { Campaign } from '../../../../src/campaigns/campaign.ts'
import type { Address } from '../../../../src/security/address.ts'
import { ferry } from '../../../support/campaign.ts'
import { CountingQueues, type Fate } from '../../../support/counting-queues.ts'
import { openCampaign } from '../../../support/open-databases.ts'
import { fingerprintOf } from '../../../support/organiser.ts'
import { addressOf, testSettings } from '../../../support/supporter-world.ts'
import { bindings } from '../../../support/visitor.ts'

const settings = await testSettings()
const HALF_HOUR_MS = 1_800_000

const addressOfModerator = (n: number) => addressOf(`moderator-${n}@example.org`)

type Plan = { moderators: number; damaged: number[]; fates: Fate[] }

let objects = 0

/** One submission waits. Lets the alarm work for most of a day; the moderators' rows in `damaged` have an address that no mail can go to. */
function notifyAll({ moderators, damaged, fates }: Plan) {
  const slug = `moderated-${++objects}`
  const campaign: Campaign = {
    ...ferry,
    slug,
    moderators: Array.from({ length: moderators }, (_, n) => ({
      email: damaged.includes(n) ? ('no address' as Address) : addressOfModerator(n),
      locale: n % 2 === 0 ? 'en' : 'xx',
    })),
  }
  return runInDurableObject(bindings.SENDER_QUOTA.getByName(slug), async (_, ctx) => {
    const queues = Object.assign(new CountingQueues(), { fates: [...fates] })
    const env = Object.assign({ ...bindings }, { MAILBOX_QUEUE: queues.namespace }) as Env
    const begun = queues.now
    const row = { id: crypto.randomUUID(), kind: 'support' }
    const state = { countPending: () => ({ count: 1, newest: begun - 1 }), listPending: () => [row] } as never
    const contextOf = (): ObjectContext => ({
      env,
      db: openCampaign(ctx),
      slug: () => slug,
      begin: async () => {},
      wakeBy: async () => {},
      changes: () => 0,
    })
    let context = contextOf()
    for (; queues.now < begun + 46 * HALF_HOUR_MS; queues.now += HALF_HOUR_MS) {
      const crash = queues.nextCrash().then(() => 'crashed' as const)
      const work = notifyModerators(context, settings, state, campaign, queues.now)
      if ((await Promise.race([work, crash])) === 'crashed') context = contextOf()
    }
    return { sent: queues.sent, skips: new SkippedMails(context.db).counts().moderators }
  })
}

const plans = fc.integer({ min: 1, max: 12 }).chain((moderators) =>
  fc.record({
    moderators: fc.constant(moderators),
    damaged: fc.uniqueArray(fc.nat(moderators - 1), { maxLength: 4 }),
    fates: fc.array(fc.constantFrom<Fate>('take', 'full', 'silent', 'cut', 'crash', 'cut-and-crash'), {
      maxLength: 20,
    }),
  }),
)

test('whatever moderators’ addresses are damaged, calls fail and restarts come, each other moderator gets one mail of a round', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const { sent, skips } = await notifyAll(plan)
      const reachable = [...Array(plan.moderators).keys()].filter((n) => !plan.damaged.includes(n))
      const mailboxes = await Promise.all(reachable.map((n) => fingerprintOf({ email: addressOfModerator(n) })))
      const told = [...sent].map(([name, times]) => [name.split(' ')[0], times])
      expect(told.sort()).toEqual(mailboxes.map((mailbox) => [mailbox, 1]).sort())
      expect(skips?.postponed ?? 0).toBe(0)
    }),
    { numRuns: 25 },
  )
})
