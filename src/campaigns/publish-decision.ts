import type { Transition } from '../events/domain-event.ts'
import type { Campaign } from './campaign.ts'
import { effectiveCampaign, type PublishedRecord, toPublishedRecord } from './published.ts'

/** The revision to publish, and the state at the time of the request. */
type PublishRequest = {
  campaign: Campaign
  bundled: Campaign | undefined
  record: PublishedRecord | null
  /** Publish only if this revision is current: `*` for any revision, undefined for no condition. */
  expected: string | undefined
  now: number
}

type PublishDecision =
  | ({ kind: 'published'; isNew: boolean } & Transition<PublishedRecord>)
  | { kind: 'other-revision'; current: string | null }

/** Decides whether a revision becomes current. A repeated request finds its own revision current and succeeds again. */
export function decidePublication({ campaign, bundled, record, expected, now }: PublishRequest): PublishDecision {
  const before = effectiveCampaign(bundled, record)
  const current = before?.revision ?? null
  const { slug, revision } = campaign
  const matches = expected === undefined || (expected === '*' ? current !== null : expected === current)
  if (!matches && current !== revision) return { kind: 'other-revision', current }
  const isNew = before === null
  return {
    kind: 'published',
    isNew,
    next: toPublishedRecord(campaign, bundled?.revision ?? null),
    events: current === revision ? [] : [{ type: 'campaign-published', at: now, campaign: slug, revision, isNew }],
  }
}
