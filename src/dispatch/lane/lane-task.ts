import * as z from 'zod'
import { mailbox } from '../../emails/message.ts'
import type { Template } from '../../emails/template/template.ts'
import { ACTIVE_PHASES, type DispatchPhase, dispatchRequestSchema } from '../dispatch-request.ts'

/** Everything about a dispatch's mails that is fixed when it starts, so that a repeated call has the same bytes (invariant I7). */
export type MailSnapshot = z.infer<typeof mailSnapshotSchema> & { templates: Record<string, Template> }

/** A mail snapshot without its templates, each of which is stored in an entry of its own. */
export const mailSnapshotSchema = z.object({
  terms: z.string(), // `MailSource.terms` when the snapshot was made
  from: mailbox,
  replyTo: mailbox.exactOptional(),
  headers: z.record(z.string(), z.string()),
  publicUrl: z.string(),
  keyId: z.string(), // seals the opt-out links
  startedAt: z.number(),
})

/** What a lane gets from its dispatch when it begins. */
export const laneTaskSchema = z.object({
  request: dispatchRequestSchema,
  index: z.int(),
  lanes: z.int(),
  prefixes: z.array(z.string()), // KV prefixes of the lane's share of supporters, in the order of keys
  locales: z.array(z.string()),
  maxBatch: z.int(),
})
export type LaneTask = z.infer<typeof laneTaskSchema>

/** What a lane may do at present. */
export const laneControlSchema = z.enum(['run', 'pause', 'cancel'])
export type LaneControl = z.infer<typeof laneControlSchema>

/** What the lanes may do while their dispatch is in this phase; null while the dispatch awaits approval and after it has finished. */
export const controlFor = (state: DispatchPhase): LaneControl | null =>
  state === 'paused' ? 'pause' : state === 'cancelled' ? 'cancel' : ACTIVE_PHASES.has(state) ? 'run' : null
