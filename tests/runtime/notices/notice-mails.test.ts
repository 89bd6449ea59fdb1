import { runInDurableObject } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import { MailboxQueue } from '../../../src/mailbox/mailbox-queue.ts'
import { NOTICE_KINDS } from '../../../src/notices/notice-kinds.ts'
import { Notices } from '../../../src/notices/notices.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const HOUR_MS = 3_600_000
const NOTIFY = 'anna@example.org,ben@example.org'
const START = Date.UTC(2027, 1, 2, 12)

type Mail = Parameters<MailboxQueue['enqueue']>[0]

/** A notices object of its own with the setting NOTIFY; its clock stands still. `run` works with it and what it queued. */
async function withNotices(
  name: string,
  notify: string,
  run: (world: { notices: () => Notices; mails: Mail[]; alarm(): Promise<number | null> }) => Promise<void>,
  failsAt = -1, // the call that fails: before it takes the mail if the number is even, else after
): Promise<void> {
  const mails: Mail[] = []
  let calls = 0
  vi.spyOn(MailboxQueue.prototype, 'enqueue').mockImplementation(async (mail) => {
    const isCut = calls++ === failsAt
    if (isCut && failsAt % 2 === 0) throw new Error('cut before')
    const isKnown = mails.some(({ key, to }) => key === mail.key && to.address === mail.to.address)
    if (!isKnown) mails.push(mail)
    if (isCut) throw new Error('cut after')
    return isKnown ? 'already' : 'queued'
  })
  vi.useFakeTimers({ toFake: ['Date'], now: START })
  await runInDurableObject(bindings.NOTICES.getByName(name), async (_, state) => {
    const make = () => new Notices(state, { ...bindings, NOTIFY: notify } as Env)
    /** Does what the alarm would do at its time. Returns that time; null if none is set. */
    const alarm = async () => {
      const at = await state.storage.getAlarm()
      if (at === null) return null
      await state.storage.deleteAlarm()
      vi.setSystemTime(Math.max(at, Date.now()))
      await make().alarm()
      return at
    }
    await run({ notices: make, mails, alarm })
    await state.storage.deleteAlarm()
  })
}

const add = (notices: () => Notices, subject: string, kind: keyof typeof NOTICE_KINDS = 'letters-stopped') =>
  notices().add({ kind, subject })

test('new notices of a minute are one mail to each address, with what to do, and later ones wait for the hour', async () => {
  await withNotices('hourly', NOTIFY, async ({ notices, mails, alarm }) => {
    await add(notices, 'quay')
    await add(notices, 'dock')
    expect(await alarm()).toBe(START + 60_000)
    expect(mails.map(({ to }) => to.address)).toEqual(NOTIFY.split(','))
    expect(mails[0]?.subject).toBe('Notices: 2 things to know')
    for (const subject of ['quay', 'dock'])
      expect(mails[0]?.values.text).toContain(NOTICE_KINDS['letters-stopped'].summary(1, subject))
    expect(mails[0]?.values.text).toContain(`What to do: ${NOTICE_KINDS['letters-stopped'].action}`)
    for (let n = 0; n < 50; n++) await add(notices, `later-${n}`)
    await add(notices, 'quay') // known: no news
    expect(await alarm()).toBe(START + 60_000 + HOUR_MS)
    expect(mails).toHaveLength(4)
    expect(mails[2]?.values.text).not.toContain('quay')
    expect(await alarm()).toBeNull()
  })
})

test('a notice that has been quiet for a day is news again', async () => {
  await withNotices('again', NOTIFY, async ({ notices, mails, alarm }) => {
    await add(notices, 'quay')
    await alarm()
    vi.setSystemTime(START + 23 * HOUR_MS)
    await add(notices, 'quay')
    expect(await alarm()).toBeNull()
    vi.setSystemTime(START + 48 * HOUR_MS)
    await add(notices, 'quay')
    await alarm()
    expect(mails).toHaveLength(4)
  })
})

test.each([0, 1, 2, 3])(
  'a mail whose queue fails at call %i comes to each address once, with the notices it first had',
  async (failsAt) => {
    await withNotices(
      `cut-${failsAt}`,
      NOTIFY,
      async ({ notices, mails, alarm }) => {
        await add(notices, 'quay')
        await alarm()
        if (failsAt < 2) await add(notices, 'meanwhile')
        for (let n = 0; n < 5; n++) await alarm()
        const first = mails.filter(({ values }) => values.text?.includes('quay'))
        expect(first.map(({ to }) => to.address).sort()).toEqual(NOTIFY.split(','))
        expect(first.every(({ values }) => !values.text?.includes('meanwhile'))).toBe(true)
        const second = mails.filter(({ values }) => values.text?.includes('meanwhile'))
        expect(second).toHaveLength(failsAt < 2 ? 2 : 0)
      },
      failsAt,
    )
  },
)

test('without NOTIFY no alarm is set, and what has a mail of its own is not repeated', async () => {
  await withNotices('nobody', '', async ({ notices, mails, alarm }) => {
    await add(notices, 'quay')
    expect(await alarm()).toBeNull()
    expect(mails).toEqual([])
  })
  await withNotices('own', NOTIFY, async ({ notices, alarm }) => {
    for (const kind of [
      'dispatch-paused',
      'dispatch-uncertain',
      'dispatch-incomplete',
      'supporters-unreadable',
    ] as const)
      await add(notices, 'one', kind)
    expect(await alarm()).toBeNull()
  })
})
