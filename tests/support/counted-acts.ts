import { runInDurableObject } from 'cloudflare:test'
import { countingStorage, countsOf, settleCursors } from '../../scripts/bench/counts.ts'
import { CampaignActions } from '../../src/actions/campaign-actions.ts'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import { campaignActionsOf, publicationOf } from '../../src/objects.ts'
import { bindings } from './visitor.ts'

export type Rows = { read: number; written: number }

/** Rows of each act in a campaign with so many writers, all of whose letters were accepted. Every act meets a new instance. */
export async function rowsOfActs(campaign: Campaign, writers: number): Promise<Record<string, Rows>> {
  const { slug } = campaign
  await publicationOf(bindings).publish(campaign)
  return runInDurableObject(campaignActionsOf(bindings, slug), async (_, ctx) => {
    const rows: Record<string, Rows> = {}
    const counting = countingStorage(slug, ctx.storage)
    const counts = countsOf(slug)
    Object.defineProperty(ctx, 'storage', { value: counting, configurable: true })
    const open = () => new CampaignActions(ctx, bindings)
    const draft = (n: number) => ({
      locale: 'en',
      email: `${slug}-${n}@example.org`,
      name: `Writer ${n}`,
      country: 'NO',
      sentence: 'I stand with the crew.',
      shown: false,
      updates: false,
    })
    /** Runs the object's alarms until no letter is due. */
    const settle = async (actions: CampaignActions) => {
      for (let alarms = 0; alarms < 60 && actions.report().numbers.waiting > 0; alarms++) await actions.alarm()
      await actions.alarm() // receipts
    }
    const act = async (name: string, run: (actions: CampaignActions) => Promise<unknown>) => {
      settleCursors()
      Object.assign(counts, { rowsRead: 0, rowsWritten: 0 })
      await run(open())
      settleCursors()
      rows[name] = { read: counts.rowsRead, written: counts.rowsWritten }
    }
    const first = open()
    for (let n = 0; n < writers; n++) await first.confirmLetter((await first.storeLetterDraft(slug, draft(n))) ?? '')
    await settle(first)
    for (let more = 0; more < 12; more++) await first.alarm() // the remaining receipts

    let id = ''
    await act('letter form', async (actions) => {
      id = (await actions.storeLetterDraft(slug, draft(writers))) ?? ''
    })
    await act('confirmation', (actions) => actions.confirmLetter(id))
    await act('alarm that sends a letter', (actions) => actions.alarm())
    await act('alarm with nothing due', (actions) => actions.alarm())
    await act('self-report', (actions) => actions.recordSelfReport(slug, 'paper'))
    await act('self-report, the alarm is set', (actions) => actions.recordSelfReport(slug, 'paper'))
    await act('report', async (actions) => actions.report())
    await act('look-up of a stranger', (actions) => actions.findPersonalData('f'.repeat(32)))
    await act('erasure of a stranger', (actions) => actions.erase('f'.repeat(32)))
    return rows
  })
}
