import type { Campaign } from '../campaigns/campaign.ts'
import type { Mailbox } from '../emails/message.ts'
import type { Template } from '../emails/template.ts'
import { GOING, type Order, type State } from './order.ts'

/** Everything about a dispatch that stays as it was when it started, so that a retry gives the same bytes (I7). */
export type FrozenMail = {
  campaign: Campaign
  templates: Record<string, Template>
  from: Mailbox
  replyTo?: Mailbox
  headers: Record<string, string>
  publicUrl: string
  keyId: string // seals the opt-out links
  startedAt: number
}

/** What a lane is told when it begins. */
export type LaneOrder = {
  order: Order
  index: number
  lanes: number
  prefixes: string[] // of its share of the supporters, in the order of keys
  locales: string[]
  maxBatch: number
}

/** What a lane may do at present. */
export type Control = 'run' | 'pause' | 'cancel'

/** What its lanes may do while a dispatch is in this state; null while it has none. */
export const controlFor = (state: State): Control | null =>
  state === 'paused' ? 'pause' : state === 'cancelled' ? 'cancel' : GOING.has(state) ? 'run' : null
