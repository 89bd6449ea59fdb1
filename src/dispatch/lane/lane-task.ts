import * as z from 'zod'
import { campaign } from '../../campaigns/campaign.ts'
import { mailbox } from '../../emails/message.ts'
import type { Template } from '../../emails/template/template.ts'
import { GOING, orderSchema, type State } from '../dispatch-request.ts'

/** Everything about a dispatch that stays as it was when it started, so that a retry gives the same bytes (I7). */
export type FrozenMail = z.infer<typeof frozenSchema> & { templates: Record<string, Template> }

/** The same without the templates, each of which is kept by itself. */
export const frozenSchema = z.object({
  campaign,
  from: mailbox,
  replyTo: mailbox.exactOptional(),
  headers: z.record(z.string(), z.string()),
  publicUrl: z.string(),
  keyId: z.string(), // seals the opt-out links
  startedAt: z.number(),
})

/** What a lane is told when it begins. */
export const laneOrderSchema = z.object({
  order: orderSchema,
  index: z.int(),
  lanes: z.int(),
  prefixes: z.array(z.string()), // of its share of the supporters, in the order of keys
  locales: z.array(z.string()),
  maxBatch: z.int(),
})
export type LaneOrder = z.infer<typeof laneOrderSchema>

/** What a lane may do at present. */
export const controlSchema = z.enum(['run', 'pause', 'cancel'])
export type Control = z.infer<typeof controlSchema>

/** What its lanes may do while a dispatch is in this state; null while it has none. */
export const controlFor = (state: State): Control | null =>
  state === 'paused' ? 'pause' : state === 'cancelled' ? 'cancel' : GOING.has(state) ? 'run' : null
